//! A new signature, table of codes, rule, format, check, artifact, archive kind, report, form of events, command, pane and key is one file
//! and at most one line elsewhere: a copy of the project gets one of each, is built, and shows them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Something new: its file, and the one line elsewhere that it needs, put before an anchor.
struct Addition {
    file: &'static str,
    text: &'static str,
    line: Option<Line>,
}

/// A line of an existing file: inserted before the line that contains `before`, or, for a list on one line, text that is
/// inserted before `before` in that line.
struct Line {
    file: &'static str,
    before: &'static str,
    text: &'static str,
}

const ADDITIONS: &[Addition] = &[
    Addition {
        file: "signatures/library/net/net-test-addition.toml",
        text: include_str!("additions/signature.toml"),
        line: None,
    },
    Addition {
        file: "signatures/tables/net-test-codes.toml",
        text: include_str!("additions/table.toml"),
        line: None,
    },
    Addition {
        file: "signatures/correlations/test-addition-rule.toml",
        text: include_str!("additions/rule.toml"),
        line: None,
    },
    Addition {
        file: "parsers/src/formats/test_addition.rs",
        text: include_str!("additions/format.rs"),
        line: Some(Line {
            file: "parsers/src/formats/mod.rs",
            before: "    ece::Ece,",
            text: "    test_addition::TestAddition,\n",
        }),
    },
    Addition {
        file: "crates/diagnosis/src/checks/test_addition.rs",
        text: include_str!("additions/check.rs"),
        line: Some(Line {
            file: "crates/diagnosis/src/checks/mod.rs",
            before: "    standby: Standby;",
            text: "    test_addition: TestAddition;\n",
        }),
    },
    Addition {
        file: "crates/artifacts/src/kinds/test_addition.rs",
        text: include_str!("additions/artifact.rs"),
        line: Some(Line {
            file: "crates/artifacts/src/kinds/mod.rs",
            before: "    /// A keystore of Java.",
            text: "    test_addition: TestAddition(u64) = \"test-addition\", test_addition::TestAdditions;\n",
        }),
    },
    Addition {
        file: "crates/source/src/archives/test_addition.rs",
        text: include_str!("additions/archive.rs"),
        line: Some(Line {
            file: "crates/source/src/archives/mod.rs",
            before: "    zip: Zip;",
            text: "    test_addition: TestAddition;\n",
        }),
    },
    Addition {
        file: "crates/report/src/render/test_addition.rs",
        text: include_str!("additions/report.rs"),
        line: Some(Line {
            file: "crates/report/src/render/mod.rs",
            before: "text, markdown, html, json }",
            text: "test_addition, ",
        }),
    },
    Addition {
        file: "crates/report/src/events/test_addition.rs",
        text: include_str!("additions/event_form.rs"),
        line: Some(Line {
            file: "crates/report/src/events/mod.rs",
            before: "text::Text, markdown::Markdown",
            text: "test_addition::TestAddition, ",
        }),
    },
    Addition {
        file: "src/cli/test_addition.rs",
        text: include_str!("additions/command.rs"),
        line: Some(Line {
            file: "src/cli/mod.rs",
            before: "        analyze::Analyze,",
            text: "        test_addition::TestAddition,\n",
        }),
    },
    Addition {
        file: "crates/tui/src/panes/test_addition.rs",
        text: include_str!("additions/pane.rs"),
        line: Some(Line {
            file: "crates/tui/src/panes/mod.rs",
            before: "    findings::Findings,",
            text: "    test_addition::TestAddition,\n",
        }),
    },
];

/// The key of the new pane does something new, which is a variant of the list of actions.
const ACTION: Line =
    Line { file: "crates/tui/src/keys.rs", before: "    ScrollUp,", text: "    TestAddition,\n" };

impl Line {
    fn insert(&self, tree: &Path) {
        let path = tree.join(self.file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            text.matches(self.before).count(),
            1,
            "{}: {:?} must be there once",
            self.file,
            self.before
        );
        let added = self.text.matches('\n').count();
        assert!(added <= 1, "one line");
        fs::write(&path, text.replace(self.before, &format!("{}{}", self.text, self.before)))
            .expect("a file");
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            if name != "target" && name != ".git" {
                copy(&from.join(&name), &to.join(&name));
            }
        }
    } else {
        fs::copy(from, to).expect("a copy");
    }
}

/// A copy of what a build needs.
fn tree() -> PathBuf {
    let tree = Path::new("target/additions/tree").to_owned();
    let _ = fs::remove_dir_all(&tree);
    fs::create_dir_all(tree.join("tests/it")).expect("folders");
    for part in [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        "src",
        "crates",
        "parsers",
        "signatures",
        "benches",
        "samples",
    ] {
        copy(Path::new(part), &tree.join(part));
    }
    // Cargo.toml names it; it is not built
    copy(Path::new("tests/it/main.rs"), &tree.join("tests/it/main.rs"));
    tree
}

fn cargo(tree: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", std::path::absolute("target/additions/target").expect("a path"))
        .output()
        .expect("cargo");
    assert!(
        output.status.success(),
        "cargo {}:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

#[test]
#[ignore = "builds a copy of the project, three minutes: run with --ignored"]
fn each_is_one_file_and_one_line() {
    if cfg!(windows) {
        return crate::support::skip("additions::each_is_one_file_and_one_line", "no cargo under wine");
    }
    let tree = tree();
    for addition in ADDITIONS {
        let file = tree.join(addition.file);
        assert!(!file.exists(), "{} is new", addition.file);
        fs::write(&file, addition.text).expect("a file");
        if let Some(line) = &addition.line {
            line.insert(&tree);
        }
    }
    ACTION.insert(&tree);
    cargo(&tree, &["build", "--offline", "--bin", "spoglight"]);
    let program = std::path::absolute("target/additions/target/debug/spoglight").expect("a path");
    let case = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(case.path().join(name), text).expect("a file");
    write(
        "new.log",
        "TEST-ADDITION|2026-11-21T13:31:45.123Z|ERROR|the new failure 4711 happened\nTEST-ADDITION|2026-11-21T13:31:46.123Z|ERROR|the new code NEW42\n",
    );
    write("settings.test-addition", "anything");
    write("new.arc", "TESTADDITIONARCHIVE");
    let run = |arguments: &[&str]| {
        let output =
            Command::new(&program).args(arguments).current_dir(case.path()).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    for (arguments, expected) in [
        (&["signatures", "list"][..], "net-test-addition"),
        (&["signatures", "list"], "net-test-codes"),
        (&["explain", "4200"], "The answer is wrong (new code NEW42)"),
        (&["analyze", ".", "--format", "json"], "\"net-test-codes-new42\""),
        (&["signatures", "list", "--rules"], "test-addition-rule"),
        (&["formats", "list"], "test-addition-format"),
        (&["analyze", ".", "--format", "json"], "\"net-test-addition\""),
        (&["analyze", ".", "--format", "json"], "\"test-addition-check\""),
        (&["analyze", ".", "--format", "json"], "\"test-addition\""),
        (&["analyze", "."], "an archive of the new kind"),
        (&["analyze", ".", "--format", "test-addition"], "the new report"),
        (&["timeline", ".", "--format", "test-addition"], "the new form of events"),
        (&["analyze", "--help"], "test-addition"),
        (&["test-addition"], "the new command"),
        (&["-h"], "test-addition"),
    ] {
        let text = run(arguments);
        assert!(text.contains(expected), "{arguments:?} should have {expected:?}:\n{text}");
    }
    // the tests of the browser ask every pane for its keys, hints and help
    let output = cargo(&tree, &["test", "--offline", "-p", "spoglight-tui", "--lib", "bindings"]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("running 0 tests"));
}
