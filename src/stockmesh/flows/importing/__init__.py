"""Files into the books: checked whole, staged in one transaction, applied in small ones, resumed where they stopped."""
