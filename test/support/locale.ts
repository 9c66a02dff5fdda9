/** Before every test file: marks and bars are drawn with other characters where the locale has no Unicode, and a bare machine has none. */
process.env["LC_ALL"] = "C.UTF-8";
