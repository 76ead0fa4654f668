//! Configurations in the form that IIS writes, and hostile ones.

use super::*;
use crate::tests::{read, sample};

fn configuration() -> &'static str {
    std::str::from_utf8(sample("applicationHost.config")).expect("UTF-8")
}

fn bindings(name: &str, bytes: &[u8]) -> Vec<Binding> {
    match read(name, bytes) {
        Ok(Artifact::Bindings(bindings)) => bindings,
        other => panic!("{other:?}"),
    }
}

#[test]
fn sites_and_their_bindings() {
    let all =
        bindings("web/Windows/System32/inetsrv/config/applicationHost.config", configuration().as_bytes());
    let short: Vec<_> = all
        .iter()
        .map(|one| {
            (
                one.line,
                one.protocol.as_str(),
                one.ip.as_str(),
                one.port,
                one.host.as_str(),
                one.ssl_flags.unwrap_or(99),
            )
        })
        .collect();
    assert_eq!(
        short,
        [
            (9, "http", "*", Some(80), "", 0),
            (10, "https", "*", Some(443), "", 0),
            (12, "net.tcp", "", None, "808:*", 0),
            (17, "https", "192.0.2.10", Some(8443), "eceweb01.lab.example", 1),
            (18, "https", "2001:db8::10", Some(443), "", 0),
        ]
    );
    assert_eq!((all[0].site.as_str(), all[4].site.as_str()), ("Default Web Site", "ECE & SPOG"));
    assert_eq!(
        (all[3].certificate_hash.as_deref(), all[4].certificate_hash.as_deref()),
        (None, Some("0A1B"))
    );
}

#[test]
fn charsets_and_names() {
    let marked = format!("\u{feff}{}", configuration());
    assert_eq!(bindings("a.xml", marked.as_bytes()).len(), 5);
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(bindings("a.xml", &wide).len(), 5);
    assert!(bindings("applicationHost.config", b"<configuration/>").is_empty());
}

#[test]
fn damage_is_a_sentence_with_the_place() {
    let cut = &configuration().as_bytes()[..600];
    let why = read("applicationHost.config", cut).expect_err("cut off");
    assert!(why.starts_with("it is not valid XML: "), "{why}");
}

#[test]
fn bombs_do_not_go_off() {
    let entities = r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>"#;
    let deep = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
    let attributes: Vec<_> = (0..100_000).map(|number| format!(" a{number}=''")).collect();
    let attributes = format!("<a{}/>", attributes.concat());
    let spaces: Vec<_> = (0..10_000).map(|number| format!("<a xmlns:a{number}='b'>")).collect();
    let spaces = spaces.concat();
    for (text, is_read) in [(entities, false), (&deep, true), (&attributes, false), (&spaces, false)] {
        assert_eq!(read("applicationHost.config", text.as_bytes()).is_ok(), is_read, "{text:.60}");
    }
}
