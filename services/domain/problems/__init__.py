"""Problems: what could not be done."""
