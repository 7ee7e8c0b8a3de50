"""Namespaces of XMP, each in braces, as ElementTree qualifies names.

Sources: XMP specification, parts 1 and 2; IPTC Photo Metadata Standard; Guidelines for Handling Image Metadata
(Metadata Working Group, 2.0); Lightroom's and digiKam's own files; Microsoft's People Tagging Overview.
"""

from typing import Final

X: Final = "{adobe:ns:meta/}"
RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
XMP_BASIC: Final = "{http://ns.adobe.com/xap/1.0/}"
EXIF: Final = "{http://ns.adobe.com/exif/1.0/}"
XMP_TIFF: Final = "{http://ns.adobe.com/tiff/1.0/}"
XMP_PHOTOSHOP: Final = "{http://ns.adobe.com/photoshop/1.0/}"
LIGHTROOM: Final = "{http://ns.adobe.com/lightroom/1.0/}"
DIGIKAM: Final = "{http://www.digikam.org/ns/1.0/}"
IPTC_CORE: Final = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
IPTC_EXT: Final = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
MWG_REGIONS: Final = "{http://www.metadataworkinggroup.com/schemas/regions/}"
AREA: Final = "{http://ns.adobe.com/xmp/sType/Area#}"
DIMENSIONS: Final = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
MP: Final = "{http://ns.microsoft.com/photo/1.2/}"
MP_INFO: Final = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
MP_REGION: Final = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
ALBUMEN: Final = "{urn:albumen:xmp:1/}"
"""Ours (`docs/export.md`)."""

PREFIXES: Final = {
    X: "x",
    RDF: "rdf",
    DC: "dc",
    XMP_BASIC: "xmp",
    EXIF: "exif",
    XMP_PHOTOSHOP: "photoshop",
    LIGHTROOM: "lr",
    DIGIKAM: "digiKam",
    IPTC_CORE: "Iptc4xmpCore",
    IPTC_EXT: "Iptc4xmpExt",
    MWG_REGIONS: "mwg-rs",
    AREA: "stArea",
    DIMENSIONS: "stDim",
    XMP_TIFF: "tiff",
    MP: "MP",
    MP_INFO: "MPRI",
    MP_REGION: "MPReg",
    ALBUMEN: "albumen",
}
"""Of those that we write."""
ALBUMS: Final = "Albums"
CATEGORIES: Final = "Categories"
"""Roots of the hierarchies in which our own files list a photo's albums and categories."""
