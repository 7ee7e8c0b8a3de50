def lane_count() -> int:
    return 2
