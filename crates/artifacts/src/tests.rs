//! The reader of each kind of file; hostile input makes none of them panic.

use proptest::prelude::*;

use super::*;

/// All samples, with their names.
macro_rules! samples {
    ($($name:literal)*) => { &[$(($name, include_bytes!(concat!("../../../samples/artifacts/", $name)).as_slice())),*] };
}

pub(super) const SAMPLES: &[(&str, &[u8])] = samples![
    "applicationHost.config" "certificates-alone.p12" "chain-pem.p7b" "chain.jks" "chain.p7b" "chain.pem" "cn-only.crt" "ec.pem"
    "empty-password.pfx" "expired.pem" "key-and-trust.p12" "legacy-rc2.pfx" "no-password.pfx" "own-password.pfx"
    "private-key.jks" "request.csr" "self-signed-san.pem" "spog_config.js" "text-around.txt" "trusted.jceks" "trusted.jks"
    "truststore-java8.p12" "truststore-locked.p12" "truststore-no-password.p12" "truststore-own-password.p12" "truststore.p12" "web.cer"
    "windows-3des.pfx" "sc-query.txt" "sc-query-cut.txt" "tasklist.txt" "tasklist.csv" "netsh-sslcert-de.txt" "console.txt" "systeminfo-de.txt"
    "get-service.txt" "appliance.txt" "ldap-form.txt" "inventory.txt" "keytool-list.txt"
    "keytool-list-rfc.txt" "keytool-list-de.txt" "keytool-printcert.txt" "haproxy.cfg" "keytool-short.txt" "keytool-short-zh.txt"
    "certutil-store.txt" "certutil-store-fr.txt" "certutil-dump.txt" "openssl-text.txt" "openssl-fields.txt" "get-hotfix.txt"
];

/// The bytes of a sample.
pub(super) fn sample(name: &str) -> &'static [u8] {
    SAMPLES.iter().find(|(other, _)| *other == name).expect("a sample").1
}

/// Reads the file with the reader that recognises it.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Artifact, String> {
    let head = &bytes[..bytes.len().min(64 << 10)];
    reader_of(name, head).expect("a reader").read(bytes, &[], &mut Rounds::of_run())
}

pub(super) fn certificates(name: &str, bytes: &[u8]) -> Certificates {
    match read(name, bytes) {
        Ok(Artifact::Certificates(certificates)) => certificates,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_sample_is_taken_and_read() {
    for (name, bytes) in SAMPLES {
        read(&format!("case.zip!ads01/C:/icm/{name}"), bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

/// The name does not matter if the content is clear.
#[test]
fn content_is_enough() {
    for (name, form) in [
        ("trusted.jks", "JKS"),
        ("trusted.jceks", "JCEKS"),
        ("truststore.p12", "PKCS#12"),
        ("chain.p7b", "PKCS#7"),
    ] {
        let form_read = match read("icm/ssl/cacerts", sample(name)) {
            Ok(Artifact::Truststore(store)) => store.form,
            Ok(Artifact::Certificates(certificates)) => certificates.form,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(form_read, form, "{name}");
    }
    for name in ["chain.pem", "web.cer", "request.csr", "text-around.txt"] {
        assert!(matches!(read("mail/attachment", sample(name)), Ok(Artifact::Certificates(_))), "{name}");
    }
    // 64 KiB of a store are enough
    let store = [sample("truststore.p12"), &vec![0; 100_000]].concat();
    assert!(reader_of("cacerts", &store[..200]).is_some());
}

#[test]
fn a_log_stays_a_log() {
    let pem = sample("ec.pem");
    let log = [b"2026-11-21 10:00:00 certificate is\n", pem].concat();
    for (name, bytes) in [
        ("eg_log_ECE01_EAAS-process.log", log.as_slice()),
        ("catalina.out.txt", &log),
        ("notes.txt", b"-----BEGIN OF THE STORY-----"),
        ("0.log", b"0 errors\n"),
        ("empty.cer", b""),
        ("keys.log", b"\x30\x82"),
        ("page.xml", b"<configuration><other/></configuration>"),
        ("my_config.js", b"var a = 1;"),
    ] {
        assert!(reader_of(name, bytes).is_none(), "{name}");
    }
    assert!(reader_of("catalina.pem", &log).is_some(), "the name says so");
}

/// All readers get the bytes, whatever the name: one reader must not rely on the recognition of another.
fn read_by_all(bytes: &[u8]) {
    for reader in kinds::READERS {
        for name in ["a.cer", "a.pfx", "cacerts", "spog_config.js", "a.config", ""] {
            reader.recognises(name, bytes);
        }
        if let Err(why) = reader.read(bytes, &[], &mut Rounds::of_run()) {
            assert!(why.len() > 10 && why.len() < 400, "{why}");
        }
    }
}

#[test]
fn cut_anywhere_nothing_panics() {
    for (name, bytes) in SAMPLES {
        for tenth in 0..10 {
            let cut = bytes.len() * tenth / 10;
            read_by_all(&bytes[..cut]);
            assert!(!name.ends_with("jks") || jks::read(&bytes[..cut], &[]).is_err(), "{name} {tenth}");
        }
    }
    // every position of the small samples
    for name in ["private-key.jks", "ec.pem"] {
        let bytes = sample(name);
        (0..bytes.len()).for_each(|cut| read_by_all(&bytes[..cut]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read_by_all(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_beginning(which in 0..SAMPLES.len(), length in 0_usize..40, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let sample = SAMPLES[which].1;
        read_by_all(&[&sample[..length], &bytes].concat());
    }

    /// Clear forms only: a cut in an encrypted one is tried with passwords, which is slow.
    #[test]
    fn a_changed_byte(which in prop::sample::select(vec!["web.cer", "chain.p7b", "private-key.jks", "ec.pem", "truststore-no-password.p12"]), place in 0_usize..4000, byte in any::<u8>()) {
        let mut bytes = sample(which).to_vec();
        let place = place % bytes.len();
        bytes[place] = byte;
        read_by_all(&bytes);
    }

    /// Outputs of commands with a line that is changed, cut, repeated or missing.
    #[test]
    fn a_changed_line(which in 0..SAMPLES.len(), place in 0_usize..400, change in 0_usize..6, word in "[ -~]{0,30}") {
        let (name, bytes) = SAMPLES[which];
        prop_assume!(name.contains(".txt"));
        let (text, _) = crate::bytes::text(bytes);
        let mut lines: Vec<&str> = text.split('\n').collect();
        let place = place % lines.len();
        let line = lines[place];
        let half = (0..=line.len() / 2).rev().find(|at| line.is_char_boundary(*at)).unwrap_or_default();
        let joined = format!("{line}{word}");
        match change {
            0 => drop(lines.remove(place)),
            1 => lines[place] = &line[..half],
            2 => lines[place] = &line[half..],
            3 => lines.insert(place, line),
            4 => lines[place] = &joined,
            _ => lines.truncate(place),
        }
        read_by_all(lines.join("\n").as_bytes());
    }

    #[test]
    fn any_text(text in "(var |let |=|\"|'|;|//|/\\*|\\*/|\\\\|\u{201c}|\n|\r|<|>|<site>|-----BEGIN |-----END |A-----|[a-zA-Z=]){0,60}") {
        read_by_all(text.as_bytes());
    }
}
