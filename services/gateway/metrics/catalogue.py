"""Every metric of the album itself. Those of requests are Litestar's, and `albumen_condition` is the health board's."""

from typing import Final, Literal, NamedTuple

from services.kernel.bus.jobs import STAGES


class Metric(NamedTuple):
    name: str
    """As Prometheus shows it."""
    meaning: str
    labels: tuple[str, ...] = ()
    """None of them holds anything that a file or a person may be called: the number of series stays small."""
    kind: Literal["gauge", "counter"] = "gauge"


METRICS: Final = {
    metric.name: metric
    for metric in (
        Metric("albumen_log_position", "Position of the log's last entry"),
        Metric("albumen_log_bytes", "Size of the log on the disk, in bytes"),
        Metric("albumen_views_position", "Position up to which the read tables follow the log"),
        Metric("albumen_views_lag_events", "Entries of the log that the read tables don't show yet"),
        Metric("albumen_views_lag_seconds", "Age of the oldest of these entries"),
        Metric("albumen_events_set_aside", "Entries of the log that can't be read"),
        Metric("albumen_bus_connected", "1 while the bus is there, otherwise 0"),
        Metric("albumen_queue_messages", "Messages that wait in a queue of the bus", ("queue",)),
        Metric("albumen_queue_consumers", "Consumers of a queue of the bus", ("queue",)),
        Metric("albumen_dead_letters", "Messages that no service could handle"),
        Metric("albumen_photos", "Photos, by what becomes of them", ("state",)),
        Metric("albumen_photos_unclassified", "Shown photos that the model in use hasn't seen"),
        Metric("albumen_files_unreadable", "Files that could not be read as photos"),
        Metric("albumen_previews_missing", "Shown photos without a preview; counted every ten minutes"),
        Metric("albumen_jobs", "Jobs of all times, by kind and status", ("kind", "status")),
        Metric("albumen_job_photos", "Photos of a job that runs, by what became of them", ("kind", "state")),
        Metric("albumen_job_photos_per_second", "Speed of a job that runs", ("kind",)),
        Metric("albumen_scan_age_seconds", "Time since the last scan ended"),
        Metric("albumen_backup_age_seconds", "Time since the newest backup was made", ("place",)),
        Metric("albumen_disk_free_bytes", "Space for the data folder and for previews", ("folder",)),
        Metric("albumen_workers", "Classifiers that are alive"),
        Metric("albumen_scanners", "Scanners on other computers that are alive"),
        Metric("albumen_scanner_photos_total", "Photos that scanners have read", (), "counter"),
        Metric("albumen_inference_batches_total", "Batches that classifiers have answered", (), "counter"),
        Metric("albumen_inference_photos_total", "Photos in these batches", (), "counter"),
        Metric(
            "albumen_inference_seconds_total",
            f"Time that these batches took, by stage: {', '.join(STAGES)}",
            ("stage",),
            "counter",
        ),
    )
}
