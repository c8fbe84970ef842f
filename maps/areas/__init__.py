"""Areas: a part of the earth on which an emergency turns, drawn or named, kept until its end."""
