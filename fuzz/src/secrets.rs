//! Secrets: a known spelling in any text is masked, once and for all.

use spoglight_text::secrets::{mask, spans};

/// A value that no text around it changes.
const SECRET: &str = "Zq7xW1kP9vT";

/// Checks a text, and a secret at its end and in the middle of it.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let found = spans(&text);
    for pair in found.windows(2) {
        assert!(pair[0].end < pair[1].start);
    }
    for span in found {
        assert!(!text.get(span).expect("characters").is_empty());
    }
    let _ = mask(&mask(&text));
    // what is planted must not be there already
    if text.contains("Zq7xW") {
        return;
    }
    let (before, after) = super::halves(data);
    let after = String::from_utf8_lossy(after);
    for spelling in ["password=", "{\"password\":\"", "Authorization: Bearer ", "x://u:p@h/?access_token="] {
        // the line before may hold an open quotation or header, so it ends here
        let planted = format!("{before}\n{spelling}{SECRET}\n{after}");
        assert!(!mask(&planted).contains(SECRET), "{planted:?}");
    }
}
