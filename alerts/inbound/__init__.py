"""What comes in from providers: words people answer with, pressed buttons, receipts."""
