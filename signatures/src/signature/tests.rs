use super::*;

const WHOLE: &str = r#"
id = "x-y"
title = "t"
severity = "high"
confidence = "likely"
shows_in = ["ApplicationServer: debug", "Tomcat"]
cause = "c"
confirm = ["a"]
fix = ["b"]
false_positives = ["f"]
references = ["r"]
[match]
any = ["literal"]
pattern = "literal (?P<n>[0-9]+)"
[[hit]]
text = "a literal 7"
[[miss]]
text = "a literal"
"#;

fn problem(from: &str, to: &str) -> String {
    Signature::read("area/x-y.toml", &WHOLE.replace(from, to)).expect_err("a broken file").to_string()
}

#[test]
fn a_whole_file_is_read() {
    let signature = Signature::read("area/x-y.toml", WHOLE).expect("a signature");
    assert_eq!((signature.area.as_str(), signature.kind), ("area", SignatureKind::Failure));
    let shows: Vec<String> = signature.shows_in.iter().map(ToString::to_string).collect();
    assert_eq!(shows, ["ApplicationServer: debug", "Tomcat"]);
}

#[test]
fn what_is_wrong_is_said_with_the_file() {
    for (from, to, says) in [
        ("id = \"x-y\"", "id = \"x-z\"", "name the file x-z.toml"),
        ("any = [\"literal\"]", "any = []", "needs a literal"),
        ("confidence = \"likely\"", "confidence = \"certain\"", "`proves` is missing"),
        ("confidence = \"likely\"", "confidence = \"certain\"\nproves = \" \"", "proves is missing"),
        (
            "confidence = \"likely\"",
            "confidence = \"likely\"\nproves = \"p\"",
            "for confidence = \"certain\" only",
        ),
        (
            "confidence = \"likely\"",
            "confidence = \"certain\"\nproves = \"p\"\nkind = \"symptom\"",
            "a symptom is never certain",
        ),
        (
            "confidence = \"likely\"",
            "confidence = \"likely\"\nonly_in = [\"X\"]",
            "no product is called \"X\"; it can be ECE, PCCE",
        ),
        ("any = [\"literal\"]", "any = [\"ab\"]", "too short"),
        ("[0-9]+", "[0-9", "unclosed character class"),
        ("severity = \"high\"", "severity = \"worst\"", "unknown variant `worst`"),
        ("fix = [\"b\"]", "fix = []", "fix is missing"),
        ("title = \"t\"", "title = \"t\"\ntilte = \"u\"", "unknown field `tilte`"),
        ("[[miss]]\ntext = \"a literal\"", "", "[[miss]] is missing"),
        ("\"Tomcat\"]", "\"Tomact\"]", "no log is called \"Tomact\"; it can be ApplicationServer, "),
        (": debug", ": finest", "no trace level is called \"finest\"; it can be fatal, "),
        ("\"Tomcat\"]", "\"Tomcat: error\"]", "only processes of ECE"),
        ("\"Tomcat\"]", "\"ApplicationServer\"]", "names ApplicationServer twice"),
    ] {
        let problem = problem(from, to);
        assert!(problem.contains(says), "{problem}");
        assert!(problem.contains("area/x-y.toml"), "{problem}");
    }
}

#[test]
fn a_broken_line_is_named() {
    assert!(problem("title = \"t\"", "title = t").contains("line 3"));
}
