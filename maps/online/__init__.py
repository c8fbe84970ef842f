"""What online geocoders are asked and what they say; nothing here knows the database."""
