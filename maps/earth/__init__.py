"""Points, boxes, rings and drawn shapes on the earth: arithmetic, no database and no map."""
