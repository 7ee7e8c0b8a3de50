"""Problems: files, folders and photos that could not be processed."""
