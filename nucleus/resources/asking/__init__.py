"""Letters that ask the places themselves whether what we say of them is still so."""
