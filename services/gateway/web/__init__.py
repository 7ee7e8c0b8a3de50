"""What every request goes through: security, forms, answers, health."""
