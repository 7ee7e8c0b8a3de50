"""A sequence of commands, most of them refused; the reasons are recorded in `sentences.json`.

`#2` is the third photo, `@7` the command of step 7, `@7'` the album or category created by it.
"""

from typing import Any, Final

STEPS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("create-album", {"name": "Lake", "images": ["#0", "#1"]}),  # 0
    ("create-album", {"name": "Dogs", "q": "dog"}),  # 1
    ("create-album", {"name": "Both", "q": "dog", "images": ["#0"]}),
    ("create-album", {"name": ""}),
    ("create-album", {"name": "x" * 201}),
    ("create-album", {"name": "   "}),
    ("create-album", {}),
    ("create-album", {"name": "Unknown", "images": ["nobody"]}),
    ("create-album", {"name": 5}),
    ("rename-album", {"album_id": "none", "name": "X"}),
    ("rename-album", {"album_id": "@0'", "name": "Sea"}),  # 10
    ("rename-album", {"album_id": "@0'", "name": "Shore", "seen": 1}),
    ("describe-album", {"album_id": "@0'", "description": "Cold"}),
    ("describe-album", {"album_id": "@0'", "description": "Warm", "seen": 1}),
    ("describe-album", {"album_id": "@0'", "description": ""}),
    ("describe-album", {"album_id": "@0'", "description": "Warm", "seen": 1}),
    ("set-cover", {"album_id": "@0'", "image": "#4"}),
    ("set-cover", {"album_id": "@0'", "image": "nobody"}),
    ("set-cover", {"album_id": "@0'", "image": "#0"}),
    ("set-cover", {"album_id": "@0'", "image": "#1", "seen": 1}),
    ("set-album-order", {"album_id": "@1'", "order": "album"}),  # 20
    ("set-album-order", {"album_id": "@0'", "order": "album"}),
    ("set-album-order", {"album_id": "@0'", "order": "-taken_at", "seen": 1}),
    ("set-album-order", {"album_id": "@0'", "order": "size"}),
    ("set-album-search", {"album_id": "@0'", "q": "cat"}),
    ("set-album-search", {"album_id": "@1'", "q": "cat"}),
    ("set-album-search", {"album_id": "@1'", "q": "bird", "seen": 1}),
    ("add-to-album", {"album_id": "@1'", "images": ["#0"]}),
    ("add-to-album", {"album_id": "@0'", "images": ["#2", "#3"]}),
    ("add-to-album", {"album_id": "@0'", "images": []}),
    ("remove-from-album", {"album_id": "@0'", "images": ["#1"]}),  # 30
    ("reorder-album", {"album_id": "@0'", "images": ["#1"], "before": None}),
    ("reorder-album", {"album_id": "@0'", "images": ["#2"], "before": "#4"}),
    ("reorder-album", {"album_id": "@0'", "images": ["#3"], "before": "start"}),
    ("reorder-album", {"album_id": "@0'", "images": ["#2"], "before": "start", "seen": 1}),
    ("merge-albums", {"album_id": "none", "into": "@0'"}),
    ("merge-albums", {"album_id": "@0'", "into": "none"}),
    ("merge-albums", {"album_id": "@0'", "into": "@0'"}),
    ("merge-albums", {"album_id": "@0'", "into": "@1'"}),
    ("duplicate-album", {"album_id": "none"}),
    ("duplicate-album", {"album_id": "@0'"}),  # 40
    ("merge-albums", {"album_id": "@40'", "into": "@0'"}),
    ("duplicate-album", {"album_id": "@40'"}),
    ("rename-album", {"album_id": "@40'", "name": "X"}),
    ("delete-album", {"album_id": "@0'", "seen": 1}),
    ("delete-album", {"album_id": "@0'"}),
    ("restore-album", {"album_id": "@0'"}),
    ("restore-album", {"album_id": "none"}),
    ("create-category", {"name": "Rex"}),  # 48
    ("create-category", {"name": "rex"}),
    ("create-category", {"name": "\u200b"}),  # 50
    ("create-category", {"name": "In", "group_id": "none"}),
    ("create-category", {"name": "In", "group_id": "@48'"}),
    ("create-category", {"name": "Pets", "kind": "group"}),  # 53
    ("create-category", {"name": "Inner", "kind": "group", "group_id": "@53'"}),
    ("rename-category", {"category_id": "none", "name": "X"}),
    ("rename-category", {"category_id": "@48'", "name": "Dog"}),
    ("rename-category", {"category_id": "@48'", "name": "Rexi"}),
    ("move-category", {"category_id": "@48'", "group_id": "@53'"}),
    ("move-category", {"category_id": "@48'", "group_id": "none"}),
    ("merge-categories", {"category_id": "@48'", "into": "@48'"}),  # 60
    ("merge-categories", {"category_id": "@48'", "into": "none"}),
    ("merge-categories", {"category_id": "@48'", "into": "@53'"}),
    ("create-category", {"name": "Max"}),  # 63
    ("create-category", {"name": "Tim"}),  # 64
    ("merge-categories", {"category_id": "@63'", "into": "@48'"}),  # 65
    ("merge-categories", {"category_id": "@48'", "into": "@63'"}),
    ("merge-categories", {"category_id": "@64'", "into": "@63'"}),
    ("rename-category", {"category_id": "@63'", "name": "X"}),
    ("hide-category", {"category_id": "@48'"}),
    ("unhide-category", {"category_id": "@48'"}),  # 70
    ("set-threshold", {"category_id": "@48'", "threshold": 0.5}),
    ("set-threshold", {"category_id": "@48'", "threshold": 0.01}),
    ("set-threshold", {"category_id": "@48'", "threshold": "much"}),
    ("assign-category", {"category_id": "@48'", "images": ["#0", "#1", "#2"]}),
    ("reject-category", {"category_id": "@48'", "images": ["#3"]}),
    ("reject-category", {"category_id": "@48'", "images": ["nobody"]}),
    ("teach-category", {"category_id": "@48'"}),
    ("delete-category", {"category_id": "@64'"}),
    ("assign-category", {"category_id": "@64'", "images": ["#0"]}),
    ("create-category", {"name": "Tim"}),  # 80
    ("restore-category", {"category_id": "@64'"}),
    ("undo", {"command_id": "@78"}),
    ("correct-date", {"images": ["#0", "#1"], "taken_at": "2016-06-12"}),  # 83
    ("correct-date", {"images": ["#0"]}),
    ("correct-date", {"images": ["#0"], "taken_at": "2016", "shift_s": 5}),
    ("correct-date", {"images": ["#0"], "taken_at": "yesterday"}),
    ("correct-date", {"images": ["#0"], "shift_s": 6_000_000_000_000}),
    ("correct-date", {"images": ["#0"], "shift_s": 6_400_000_000}),
    ("correct-date", {"images": ["#0", "#1"], "shift_s": 3600}),
    ("hide-images", {"images": ["#0", "#1"]}),  # 90
    ("hide-images", {"images": ["nobody"]}),
    ("unhide-images", {"images": ["#1"]}),
    ("set-timeline", {"hides": ["nothing"]}),
    ("set-timeline", {"hides": ["@48'"]}),  # 94
    ("undo", {"command_id": "@94"}),
    ("undo", {"command_id": "@94"}),
    ("undo", {"command_id": "nobody"}),
    ("undo", {"command_id": "01920000-0000-7000-8000-000000000001"}),
    ("undo", {"command_id": "@0"}),
    ("undo", {"command_id": "@83"}),  # 100
    ("undo", {"command_id": "@65"}),
    ("ignore-problems", {}),
    ("ignore-problems", {"paths": ["x"]}),
    ("ignore-problems", {"images": ["#0"]}),
    ("show-problems", {"paths": ["x"]}),
    ("retry-rejected", {"paths": ["x"]}),
    ("scan", {}),
    ("classify", {"images": "all", "album": "@0'"}),
    ("classify", {"album": "none"}),
    ("classify", {"q": "near:x"}),  # 110
    ("classify", {"q": "nothingatall"}),
    ("classify", {"model": "nobody"}),
    ("classify", {"images": ["nobody"]}),
    ("classify", {"images": ["#0"]}),  # 114
    ("pause-job", {"job_id": "none"}),
    ("resume-job", {"job_id": "@114"}),
    ("pause-job", {"job_id": "@114"}),
    ("resume-job", {"job_id": "@114"}),
    ("cancel-job", {"job_id": "@114"}),
    ("pause-job", {"job_id": "@114"}),  # 120
    ("resume-job", {"job_id": "@114"}),
    ("retry-failed", {}),
    ("retry-failed", {"job_id": "none"}),
    ("retry-failed", {"job_id": "@114"}),
    ("retry-failed", {"job_id": "@114", "model": "other"}),
    ("activate-model", {"model_id": "nobody"}),
    ("explain", {"image": "#0"}),
    ("explain", {"image": "nobody"}),
    ("look-back", {"position": 100000}),
    ("resend-messages", {"messages": ["x"]}),  # 130
    ("forget-messages", {"messages": ["01920000-0000-7000-8000-000000000001"]}),
    ("make-coffee", {}),
    ("forget-folder", {"folder": "/nowhere"}),
    ("restore-folder", {"folder": "/nowhere"}),
    ("prefer-folders", {"folders": ["/nowhere"]}),
    ("keep-copy", {"image": "#0", "path": "/nowhere"}),
    ("keep-best", {}),
    ("set-distinct", {"images": ["#0"]}),
    ("set-distinct", {"images": ["#0", "#1"], "image": "other"}),
]
