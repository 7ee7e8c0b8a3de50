"""What every request passes through: security, forms, answers, health."""
