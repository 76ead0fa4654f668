//! Settings as they should be, as translated documents and editors make them, and broken.

use super::*;
use crate::tests::{read, sample};

fn config(bytes: &[u8]) -> GadgetConfig {
    match read("ECEWEB01/eService/templates/finesse/gadget/spog/Spog_Config.JS", bytes) {
        Ok(Artifact::Gadget(config)) => config,
        other => panic!("{other:?}"),
    }
}

fn values(config: &GadgetConfig) -> Vec<(usize, &str, &str)> {
    config.values.iter().map(|one| (one.line, one.name.as_str(), one.value.as_str())).collect()
}

const GOOD: &[(usize, &str, &str)] =
    &[(3, "web_server_protocol", "https"), (4, "web_server_name", "eceweb01.lab.example")];

#[test]
fn as_it_should_be() {
    let config = config(sample("spog_config.js"));
    assert_eq!(values(&config), GOOD);
    assert_eq!(config.values[0].quotes, Some('"'));
    assert_eq!(config.values[1].quotes, Some('\''));
    assert_eq!((config.file, config.bom), ("spog_config.js", false));
    assert_eq!((config.curly_quotes.len(), config.non_ascii.len(), config.unparsed.len()), (0, 0, 0));
}

#[test]
fn with_marks_and_in_utf_16() {
    let marked = format!("\u{feff}{}", std::str::from_utf8(sample("spog_config.js")).expect("UTF-8"));
    assert!(config(marked.as_bytes()).bom);
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = config(&wide);
    assert!(wide.bom);
    assert_eq!(values(&wide), GOOD);
}

#[test]
fn of_many_ways_to_write_it() {
    let text = "let a='1';const b = \"x; // y\" ;c=true\rwindow.d = -1.5; var e = \"C:\\\\a\\\"b\"; nome_server_web = \"it\"";
    let config = config(text.as_bytes());
    let expected = [
        (1, "a", "1"),
        (1, "b", "x; // y"),
        (1, "c", "true"),
        (2, "window.d", "-1.5"),
        (2, "e", "C:\\a\"b"),
        (2, "nome_server_web", "it"),
    ];
    assert_eq!(values(&config), expected);
    assert_eq!(config.values[2].quotes, None);
    assert!(config.unparsed.is_empty());
}

/// What a browser would not understand, or would understand otherwise.
#[test]
fn broken_lines_are_kept() {
    for line in [
        "var web_server_name = \"eceweb01.lab.example",
        "var web_server_name = eceweb01.lab.example\"",
        "var web_server_name = 'eceweb01.lab.example\"",
        "var web_server_name =",
        "var web_server_name",
        "var web_server_name \"a\"",
        "var = \"a\"",
        "var web server name = \"a\"",
        "var web_server_name = \"a\" \"b\"",
        "var web_server_name == \"a\"",
        "var 1st = \"a\"",
        "function f() {",
        "var a = \"b\\",
    ] {
        let config = config(format!("\n{line}; // and so on\n").as_bytes());
        assert!(config.values.is_empty(), "{line}");
        assert_eq!((config.unparsed.len(), config.unparsed[0].line), (1, 2), "{line}");
        assert!(config.unparsed[0].text.starts_with(line), "{line}");
    }
    let comment = config(b"/* it never ends\nvar web_server_name = \"a\";");
    assert!(comment.values.is_empty() && comment.unparsed.is_empty());
    assert!(read("spog_config.js", &[0; 300]).is_err());
}

#[test]
fn letters_that_editors_put_in() {
    let text = "// \u{e4}\u{201c} harmless\nvar a = \u{201c}https\u{201d};\nvar b\u{a0}= \"x\";\nvar c = \"\u{fc}\";\nvar d = \u{ab}x\u{bb};";
    let config = config(text.as_bytes());
    assert_eq!(config.curly_quotes, [2, 5]);
    assert_eq!(config.non_ascii, [3, 4]);
    assert_eq!(values(&config), [(3, "b", "x"), (4, "c", "\u{fc}")]);
    assert_eq!(config.unparsed.iter().map(|line| line.line).collect::<Vec<_>>(), [2, 5]);
    // the quotes of Windows' code page
    let config = self::config(b"var a = \x93https\x94;\n");
    assert_eq!(config.curly_quotes, [1]);
}

#[test]
fn the_other_file() {
    let Ok(Artifact::Gadget(config)) = read("a.zip!web/ece_config.js", b"var x = 1") else {
        panic!("settings")
    };
    assert_eq!((config.file, config.values.len()), ("ece_config.js", 1));
}
