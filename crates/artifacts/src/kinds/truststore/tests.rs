//! Stores by keytool and OpenSSL.

use super::*;
use crate::jks::{self, JKS};
use crate::kinds::reader_of;
use crate::rounds::Rounds;
use crate::tests::{certificates, read, sample};
use crate::truststore::Truststore;

fn store(name: &str) -> Truststore {
    match read(name, sample(name)) {
        Ok(Artifact::Truststore(store)) => store,
        other => panic!("{name}: {other:?}"),
    }
}

fn aliases(store: &Truststore) -> Vec<&str> {
    store.entries.iter().map(|entry| entry.alias.as_str()).collect()
}

#[test]
fn java_keystores() {
    let trusted = store("trusted.jks");
    assert_eq!((trusted.form, trusted.intact, trusted.locked), ("JKS", Some(true), false));
    assert_eq!(aliases(&trusted), ["lab-root", "eceweb01.lab.example"]);
    assert!(trusted.entries.iter().all(|entry| entry.trusted && !entry.has_private_key));
    let own = certificates("a.pem", sample("self-signed-san.pem"));
    assert_eq!(trusted.entries[1].certificate.as_ref(), Some(&own.certificates[0]));
    // in the minute in which the samples were made
    let created = trusted.entries[0].created.expect("a time");
    assert_eq!(created / 60_000_000_000, 1_795_325_194 / 60);

    let other = store("trusted.jceks");
    assert_eq!((other.form, other.intact, aliases(&other)), ("JCEKS", Some(true), vec!["lab-root"]));
}

#[test]
fn keys_come_with_their_chains() {
    let chain = certificates("chain.pem", sample("chain.pem")).certificates;
    let jks = store("chain.jks");
    assert_eq!((aliases(&jks), jks.intact), (vec!["web"], Some(true)));
    let entry = &jks.entries[0];
    assert!(entry.has_private_key && !entry.trusted);
    assert_eq!((entry.certificate.as_ref(), entry.chain.as_slice()), (Some(&chain[0]), &chain[1..2]));

    let own_password = store("private-key.jks");
    assert_eq!(own_password.intact, None, "its password is not known");
    let certificate = own_password.entries[0].certificate.as_ref().expect("in clear");
    assert_eq!(certificate.subject, "CN=ads01.lab.example,O=Lab");
    assert_eq!(certificate.dns_names, ["ads01.lab.example"]);
}

#[test]
fn a_store_without_its_private_keys_has_the_same_entries() {
    for name in ["trusted.jks", "trusted.jceks", "chain.jks", "private-key.jks"] {
        let whole = sample(name);
        let public = crate::without_private_keys(whole).expect("a store");
        assert_eq!(read(name, &public), read(name, whole), "{name}");
        // the encrypted key is a PKCS#8 structure of more than 100 bytes
        let has_key = store(name).entries.iter().any(|entry| entry.has_private_key);
        assert_eq!(whole.len() - public.len() > 100, has_key, "{name}");
        assert_eq!(public == whole, !has_key, "{name}");
        for end in 0..whole.len() {
            // a store that is cut off has no public form, whatever the place
            assert_eq!(crate::without_private_keys(&whole[..end]), None, "{name} {end}");
        }
    }
    assert_eq!(crate::without_private_keys(sample("truststore.p12")), None);
}

/// By Java 17 as it is, by Java 17 in the way of Java 8, and without a password as the `cacerts` of Java 18 and later.
#[test]
fn stores_of_newer_java() {
    for (name, intact) in [
        ("truststore.p12", Some(true)),
        ("truststore-java8.p12", Some(true)),
        ("truststore-no-password.p12", None),
    ] {
        let store = store(name);
        assert_eq!((store.form, store.intact, store.locked), ("PKCS#12", intact, false), "{name}");
        assert_eq!(store.entries.len(), 1, "{name}");
        let entry = &store.entries[0];
        assert!(entry.trusted && entry.certificate.is_some(), "{name}");
    }
    let both = store("key-and-trust.p12");
    assert_eq!(aliases(&both), ["tomcat", "lab-root"]);
    assert!(both.entries[0].has_private_key && both.entries[0].created.is_some());
    assert!(both.entries[1].trusted && !both.entries[1].has_private_key);
}

#[test]
fn a_password_of_its_own_locks_a_store() {
    let locked = store("truststore-locked.p12");
    assert_eq!((locked.locked, locked.intact, locked.entries.len()), (true, None, 0));
    let opened = reader_of("cacerts", sample("truststore-own-password.p12")).expect("a reader");
    for (passwords, is_open) in [(&[][..], false), (&["wrong", "own-secret"], true)] {
        let passwords: Vec<String> = passwords.iter().map(|one| (*one).to_owned()).collect();
        let Ok(Artifact::Truststore(store)) =
            opened.read(sample("truststore-own-password.p12"), &passwords, &mut Rounds::of_run())
        else {
            panic!("a store")
        };
        assert_eq!((store.locked, store.entries.len()), (!is_open, usize::from(is_open)));
    }
    let secret = [&JKS[..], &[0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 1, b'k'], &[0; 8], b"\xac\xed"].concat();
    assert!(jks::read(&secret, &[]).expect("a secret key").locked);
}

/// OpenSSL puts no mark on a certificate, so Java does not see it.
#[test]
fn what_java_does_not_trust() {
    let Ok(Artifact::Truststore(store)) = read("cacerts", sample("certificates-alone.p12")) else {
        panic!("a store")
    };
    assert_eq!((store.entries.len(), store.entries[0].trusted), (1, false));
    assert_eq!(store.intact, Some(true));
}

#[test]
fn damage_is_seen() {
    let mut bytes = sample("trusted.jks").to_vec();
    bytes.truncate(bytes.len() - 1);
    assert_eq!(jks::read(&bytes, &[]).expect("all entries").intact, Some(false));
    bytes.truncate(bytes.len() - 100);
    assert_eq!(
        jks::read(&bytes, &[]),
        Err("the Java keystore is damaged in entry 2 of 2: it is cut off".to_owned())
    );
    let many = [&JKS[..], &[0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff]].concat();
    assert!(jks::read(&many, &[]).is_err());
    assert!(
        jks::read(&[&JKS[..], &[0, 0, 0, 9]].concat(), &[]).expect_err("a version").contains("version 9")
    );

    // the last byte of the checksum is followed by the salt and the rounds
    let mut bytes = sample("truststore.p12").to_vec();
    let salt = bytes.len() - 10;
    bytes[salt] ^= 1;
    let Ok(Artifact::Truststore(store)) = read("cacerts", &bytes) else { panic!("a store") };
    assert_eq!((store.intact, store.entries.len()), (Some(false), 1));
}
