"""The word that Google appends, after a hyphen, to the name of an edited copy, in the account's language."""

import unicodedata
from typing import Final

EDITED: Final = frozenset(
    unicodedata.normalize("NFC", word).casefold()
    for word in (
        *("edited", "bearbeitet", "modifié", "modifiée", "modificato", "modificata", "bewerkt", "edytowane"),
        *("editado", "editada", "ha editado", "editat", "editată", "redigerad", "redigeret", "redigert"),
        *("muokattu", "upraveno", "upravené", "szerkesztett", "szerkesztve", "düzenlendi", "uređeno"),
        *("urejeno", "đã chỉnh sửa", "diedit", "επεξεργασμένο", "редактирано"),
        *("отредактировано", "изменено", "відредаговано"),
        *("編集済み", "已修改", "已编辑", "已編輯", "수정됨", "편집됨", "แก้ไขแล้ว", "נערך", "تم التعديل"),
        *("effects", "smile", "mix"),
    )
)
CUT_UNITS: Final = 47
"""UTF-16 units to which Takeout cuts a picture's name, before its number and suffix: the word may be cut as well."""
