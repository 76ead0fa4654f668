//! Certificates by OpenSSL, in every form in which they are handed around.

use super::*;
use crate::tests::{certificates, read, sample};

/// 22 November 2026, 05:26:34 UTC: when the samples were made.
const MADE: i64 = 1_795_325_194_000_000_000;
const DAY: i64 = 86_400_000_000_000;

fn one(name: &str) -> Certificate {
    let mut read = certificates(name, sample(name));
    assert_eq!((read.certificates.len(), read.requests.len(), read.unread.len()), (1, 0, 0), "{name}");
    read.certificates.remove(0)
}

#[test]
fn a_certificate_of_an_authority() {
    let certificate = one("web.cer");
    assert_eq!(
        certificate,
        Certificate {
            subject: "CN=eceweb01.lab.example,O=Lab\\, Inc.,L=Boxborough,ST=Massachusetts,C=US".to_owned(),
            issuer: "CN=Lab Issuing CA 1,OU=PKI,O=Lab\\, Inc.,C=US".to_owned(),
            common_name: Some("eceweb01.lab.example".to_owned()),
            dns_names: vec!["eceweb01.lab.example".to_owned(), "ece.lab.example".to_owned()],
            ip_names: vec!["192.0.2.10".to_owned(), "2001:db8::10".to_owned()],
            not_before: MADE,
            not_after: MADE + 825 * DAY,
            serial: "3b9ac436515d90fc38f73769c2dd9ede0971146f".to_owned(),
            key: "RSA".to_owned(),
            key_bits: Some(2048),
            signature_algorithm: "sha256WithRSAEncryption".to_owned(),
            is_ca: false,
            server_auth: Some(true),
            is_domain_controller: false,
            subject_key_id: Some("3835fc8cff6cf6827ce948985454f4bc9b762359".to_owned()),
            authority_key_id: Some("efb3606536ee3de85a6ccea938a63b76b33ee85f".to_owned()),
            self_signed: false,
            fingerprint: "4c6910240e33dfa3d27c0b26c466783ce3b0d502ebad4d76c877407aa3674bfd".to_owned(),
            thumbprint: "384554f89aa6767a8374a19b567777024f32339d".to_owned(),
        }
    );
}

#[test]
fn self_signed_with_and_without_names() {
    let with = one("self-signed-san.pem");
    assert!(with.self_signed && with.is_ca);
    assert_eq!(with.dns_names, ["eceweb01.lab.example"]);
    assert_eq!(with.server_auth, Some(true));

    let without = one("cn-only.crt");
    assert!(without.self_signed && !without.is_ca);
    assert_eq!(without.subject, "emailAddress=admin@lab.example,CN=eceweb01");
    assert_eq!(without.common_name.as_deref(), Some("eceweb01"));
    assert!(without.dns_names.is_empty() && without.ip_names.is_empty());
    assert_eq!((without.key_bits, without.server_auth), (Some(1024), None));
    assert_eq!(without.signature_algorithm, "sha1WithRSAEncryption");
}

#[test]
fn elliptic_and_expired() {
    let elliptic = one("ec.pem");
    assert_eq!((elliptic.key.as_str(), elliptic.key_bits), ("EC", Some(256)));
    assert_eq!(elliptic.signature_algorithm, "ecdsa-with-SHA256");

    let expired = one("expired.pem");
    assert_eq!((expired.not_before, expired.serial.as_str()), (1_577_836_800_000_000_000, "01"));
    assert_eq!(expired.not_after, 1_609_459_200_000_000_000);
}

/// A chain is the same whatever it is packed in.
#[test]
fn a_chain_in_every_form() {
    let chain = certificates("chain.pem", sample("chain.pem"));
    assert_eq!(chain.form, "PEM");
    let names: Vec<_> =
        chain.certificates.iter().map(|one| one.subject.split(',').next().unwrap_or("")).collect();
    assert_eq!(names, ["CN=eceweb01.lab.example", "CN=Lab Issuing CA 1", "CN=Lab Root CA"]);
    assert_eq!(chain.certificates.iter().map(|one| one.is_ca).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(
        chain.certificates.iter().map(|one| one.self_signed).collect::<Vec<_>>(),
        [false, false, true]
    );
    assert_eq!(chain.certificates[2].subject, "CN=Lab Root CA,DC=lab,DC=example");
    for (below, above) in chain.certificates.iter().zip(&chain.certificates[1..]) {
        assert_eq!(below.authority_key_id, above.subject_key_id);
    }
    let binary = certificates("chain.p7b", sample("chain.p7b"));
    assert_eq!((binary.form, &binary.certificates), ("PKCS#7", &chain.certificates));
    let armoured = certificates("chain-pem.p7b", sample("chain-pem.p7b"));
    assert_eq!(armoured.certificates, chain.certificates);
}

/// Windows line ends, a mark, UTF-16 as PowerShell writes it, and what OpenSSL says around a certificate.
#[test]
fn text_of_any_kind() {
    let plain = one("web.cer");
    let around = sample("text-around.txt");
    assert_eq!(certificates("openssl.txt", around).certificates[0], plain);

    let pem = std::str::from_utf8(sample("chain.pem")).expect("ASCII");
    let marked = format!("\u{feff}\r\n{}", pem.replace('\n', "\r\n"));
    assert_eq!(certificates("a.cer", marked.as_bytes()).certificates[0], plain);
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(certificates("a.txt", &wide).certificates[0], plain);

    let client = format!(
        "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = eceweb01.lab.example\n   i:CN = Lab Issuing CA 1\n{pem}---\n\
         Server certificate\nsubject=CN = eceweb01.lab.example\n---\nSSL-Session:\n    Protocol  : TLSv1.2\n"
    );
    assert_eq!(certificates("s_client.log", client.as_bytes()).certificates.len(), 3);
    let prompt = format!("C:\\>openssl s_client -connect eceweb01:443 -showcerts\n{client}");
    assert_eq!(certificates("s_client.txt", prompt.as_bytes()).certificates.len(), 3);

    let bare: String = pem.lines().skip(1).take_while(|line| !line.starts_with('-')).collect();
    let bare = certificates("bare.cer", bare.as_bytes());
    assert_eq!((bare.form, &bare.certificates[0]), ("base 64", &plain));
}

#[test]
fn requests_and_keys_are_counted() {
    let request = certificates("web.cer", sample("request.csr"));
    assert_eq!((request.requests.len(), request.certificates.len()), (1, 0));
    let own = &request.requests[0];
    assert_eq!(own.common_name.as_deref(), Some("eceweb01.lab.example"));
    assert_eq!((own.key.as_str(), own.key_bits, own.dns_names.len()), ("RSA", Some(2048), 0));
    let with_key =
        [sample("ec.pem"), b"-----BEGIN PRIVATE KEY-----\nMEEC\n-----END PRIVATE KEY-----\n"].concat();
    let with_key = certificates("web.pem", &with_key);
    assert_eq!((with_key.private_keys, with_key.certificates.len()), (1, 1));
    let text = std::str::from_utf8(sample("request.csr")).expect("ASCII");
    let binary = pem::blocks(text).remove(0).bytes.expect("a request");
    let binary = certificates("web.cer", &binary);
    assert_eq!((binary.form, binary.requests.len()), ("DER", 1));
}

#[test]
fn exports_of_windows_and_openssl() {
    let plain = one("web.cer");
    let empty = certificates("web.pfx", sample("empty-password.pfx"));
    assert_eq!((empty.form, empty.private_keys, empty.locked), ("PKCS#12", 1, false));
    assert_eq!(empty.certificates.len(), 2, "with the issuing authority");
    assert_eq!(empty.certificates[0], plain);

    let elliptic = one("ec.pem");
    for name in ["legacy-rc2.pfx", "windows-3des.pfx", "no-password.pfx"] {
        let export = certificates(name, sample(name));
        assert_eq!((export.certificates.len(), &export.certificates[0]), (1, &elliptic), "{name}");
        assert_eq!((export.private_keys, export.locked), (1, false), "{name}");
    }
    let alone = certificates("web.p12", sample("certificates-alone.p12"));
    assert_eq!((alone.certificates, alone.private_keys), (vec![elliptic], 0));

    let locked = certificates("web.pfx", sample("own-password.pfx"));
    assert!(locked.locked && locked.certificates.is_empty());
    assert_eq!(locked.private_keys, 1, "that there is one is not hidden");
}

/// What is broken does not hide what is not, and is said.
#[test]
fn broken_certificates_are_named() {
    let good = sample("ec.pem");
    let cut = &good[..good.len() / 2];
    let both = certificates("a.pem", &[good, cut].concat());
    assert_eq!(both.certificates.len(), 1);
    assert!(both.unread[0].contains("END CERTIFICATE"), "{:?}", both.unread);
    assert!(read("a.pem", cut).expect_err("nothing else in it").contains("cut off"));
    let cut = &sample("web.cer")[..500];
    assert!(read("a.cer", cut).expect_err("half a certificate").contains("cut off"));
    assert!(
        read("a.cer", b"-----BEGIN DH PARAMETERS-----\n")
            .expect_err("something else")
            .contains("no certificate")
    );
}
