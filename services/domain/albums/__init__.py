"""Albums: photos put together by hand, or by a search that is kept."""
