"""What is typed where somebody decides about an alert, or about who is asked for them."""
