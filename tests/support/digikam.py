"""A digiKam database by its published schema (dbconfig.xml.cmake.in, version 16), with the tables that Albumen
reads."""

import sqlite3
from pathlib import Path
from typing import Final

SCHEMA: Final = """
CREATE TABLE AlbumRoots (id INTEGER PRIMARY KEY, label TEXT, status INTEGER NOT NULL, type INTEGER NOT NULL,
  identifier TEXT, specificPath TEXT, caseSensitivity INTEGER, UNIQUE(identifier, specificPath));
CREATE TABLE Albums (id INTEGER PRIMARY KEY, albumRoot INTEGER NOT NULL, relativePath TEXT NOT NULL, date DATE,
  caption TEXT, collection TEXT, icon INTEGER, modificationDate DATETIME, UNIQUE(albumRoot, relativePath));
CREATE TABLE Images (id INTEGER PRIMARY KEY, album INTEGER, name TEXT NOT NULL, status INTEGER NOT NULL,
  category INTEGER NOT NULL, modificationDate DATETIME, fileSize INTEGER, uniqueHash TEXT, manualOrder INTEGER,
  UNIQUE (album, name));
CREATE TABLE ImageInformation (imageid INTEGER PRIMARY KEY, rating INTEGER, creationDate DATETIME,
  digitizationDate DATETIME, orientation INTEGER, width INTEGER, height INTEGER, format TEXT, colorDepth INTEGER,
  colorModel INTEGER);
CREATE TABLE ImagePositions (imageid INTEGER PRIMARY KEY, latitude TEXT, latitudeNumber REAL, longitude TEXT,
  longitudeNumber REAL, altitude REAL, orientation REAL, tilt REAL, roll REAL, accuracy REAL, description TEXT);
CREATE TABLE ImageComments (id INTEGER PRIMARY KEY, imageid INTEGER, type INTEGER, language TEXT, author TEXT,
  date DATETIME, comment TEXT, UNIQUE(imageid, type, language, author));
CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT NOT NULL, icon INTEGER, iconkde TEXT,
  UNIQUE (name, pid));
CREATE TABLE ImageTags (imageid INTEGER NOT NULL, tagid INTEGER NOT NULL, UNIQUE (imageid, tagid));
CREATE TABLE ImageTagProperties (imageid INTEGER, tagid INTEGER, property TEXT, value TEXT);
CREATE TABLE TagProperties (tagid INTEGER, property TEXT, value TEXT);
CREATE TABLE Settings (keyword TEXT NOT NULL UNIQUE, value TEXT);
INSERT INTO Settings VALUES ('DBVersion', '16'), ('DBVersionRequired', '5'), ('uniqueHashVersion', '2');
INSERT INTO AlbumRoots VALUES (1, 'Photos', 0, 1, 'volumeid:?path=/home/ada/Photos', '/', 0);
INSERT INTO Albums (id, albumRoot, relativePath) VALUES (1, 1, '/'), (2, 1, '/2019/Rome');
INSERT INTO Images VALUES (1, 2, 'IMG_1.jpg', 1, 1, '2019-04-16T00:00:00', 1234, 'aa', NULL),
  (2, 1, 'IMG_2.jpg', 1, 1, '2019-04-16T00:00:00', 99, 'bb', NULL),
  (3, 1, 'IMG_3.jpg', 3, 1, '2019-04-16T00:00:00', 98, 'cc', NULL),
  (4, NULL, 'gone.jpg', 4, 1, '2019-04-16T00:00:00', 97, 'dd', NULL);
INSERT INTO ImageInformation (imageid, rating, creationDate) VALUES (1, 5, '2019-04-15T14:40:24.000'),
  (2, -1, '2019-04-15T14:41:24'), (3, -1, NULL);
UPDATE ImageInformation SET orientation = 6, width = 400, height = 200 WHERE imageid = 1;
INSERT INTO ImagePositions (imageid, latitudeNumber, longitudeNumber) VALUES (1, 41.9, 12.5);
INSERT INTO ImageComments (imageid, type, language, comment) VALUES (1, 1, 'de-DE', 'Mit Ada'),
  (1, 1, 'x-default', 'With Ada'), (1, 3, 'x-default', 'Lunch');
INSERT INTO Tags (id, pid, name) VALUES (1, 0, '_Digikam_Internal_Tags_'), (2, 1, 'Pick Label Rejected'),
  (3, 0, 'Places'), (4, 3, 'Rome'), (5, 0, 'People'), (6, 5, 'Ada Lovelace'), (7, 1, 'Color Label None');
INSERT INTO TagProperties VALUES (6, 'person', 'Ada Lovelace');
INSERT INTO ImageTags VALUES (1, 4), (1, 6), (1, 7), (2, 2);
INSERT INTO ImageTagProperties VALUES (1, 6, 'tagRegion', '<rect x="10" y="10" width="20" height="20"/>');
"""


def database(path: Path) -> None:
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.commit()
    db.close()
