"""Understanding what people write when they are tired: pure, in eight languages."""
