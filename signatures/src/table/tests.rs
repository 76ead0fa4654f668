use super::*;

fn table(rows: &str) -> CodeTable {
    CodeTable { label: "code {code}".to_owned(), unknown: false, rows: rows.to_owned().into() }
}

#[test]
fn a_code_is_found_in_every_spelling() {
    let table = table("\n0x80070005 E_ACCESSDENIED | high | Access denied | Grant it.\n17 | ok | Done\n\n");
    assert_eq!(table.len(), 2);
    for code in ["0x80070005", "0X80070005", "0x080070005", "e_accessdenied"] {
        assert_eq!(table.find(code), Some(0), "{code}");
    }
    assert_eq!(table.find("80070005"), None);
    assert_eq!(
        table.row(0).map(|row| (row.code(), row.severity)),
        Some(("0x80070005", Some(Severity::High)))
    );
    assert_eq!(table.row(1).map(|row| (row.title, row.severity, row.action)), Some(("Done", None, "")));
    assert_eq!(table.check(), Ok(()));
}

#[test]
fn relations_are_read() {
    let table = table(
        "A | high | x | y | cleared by C D\nB | low | x | y | cleared in turn by C\nC | ok | x\nD | ok | x\nE | low | x | | entry an-id",
    );
    assert_eq!(table.check(), Ok(()));
    let row = |at| table.row(at).expect("a row");
    assert_eq!(row(0).cleared_by(), Some((vec!["C", "D"], true)));
    assert_eq!(row(1).cleared_by(), Some((vec!["C"], false)));
    assert_eq!((row(2).cleared_by(), row(2).entry()), (None, None));
    assert_eq!(row(4).entry(), Some("an-id"));
}

#[test]
fn a_wrong_row_is_an_error_that_shows_it() {
    for (rows, error) in [
        ("", "has no rows"),
        ("A | bad | x | y", "the severity \"bad\" is unknown"),
        ("A | high", "has no code or no title"),
        ("A | high | x | y | z", "the relation \"z\" is none of"),
        ("A | high | x | y | entry b | c", "more than five columns"),
        ("A | high | x | y\na | low | x | y", "another row has the code a"),
        ("A | high | x | y | cleared by B", "B is not the code of a row with the severity ok"),
        ("A | high | x | y | cleared by B\nB | low | x | y", "B is not the code"),
    ] {
        let found = table(rows).check().expect_err(rows);
        assert!(found.contains(error), "{rows}: {found}");
    }
}
