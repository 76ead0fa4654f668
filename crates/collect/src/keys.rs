//! Public parts of files with keys: what is copied of a store or a PEM file, and what is not.

use spoglight_artifacts::{Artifact, Reader, Rounds, Truststore, without_private_keys};
use spoglight_text::secrets::mask;

/// What is copied of a file that may hold secrets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Public {
    /// The file as it is.
    Whole,
    /// Other bytes, and how they differ from the file.
    Part(Vec<u8>, &'static str),
    /// Nothing, for this reason.
    Nothing(String),
}

/// What is copied of a store of certificates and keys.
pub(crate) fn of_store(bytes: &[u8], reader: &dyn Reader) -> Public {
    let has_keys =
        |store: &Truststore| store.locked || store.entries.iter().any(|entry| entry.has_private_key);
    let locked = "its password is not known, so it is not known whether it has private keys; add the output of \
                  `keytool -list -v -keystore FILE`";
    match reader.read(bytes, &[], &mut Rounds::of_run()) {
        Ok(Artifact::Truststore(store)) if !has_keys(&store) => Public::Whole,
        Ok(Artifact::Certificates(found)) if found.private_keys == 0 && !found.locked => Public::Whole,
        Ok(Artifact::Truststore(store)) if store.locked => Public::Nothing(locked.to_owned()),
        Ok(Artifact::Certificates(found)) if found.locked => Public::Nothing(locked.to_owned()),
        Ok(_) => match without_private_keys(bytes) {
            Some(public) => Public::Part(public, "without private keys"),
            None => Public::Nothing(
                "it has private keys; add the output of `keytool -list -v -keystore FILE`".to_owned(),
            ),
        },
        Err(why) => Public::Nothing(format!("it cannot be read, so it may have private keys: {why}")),
    }
}

/// What is copied of a text file with certificates or settings: private keys are cut out, and passwords are masked.
pub(crate) fn of_text(bytes: &[u8]) -> Public {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let has_key = bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes());
        let wide: Vec<u8> = KEY.bytes().flat_map(|byte| [byte, 0]).collect();
        let has_wide_key = bytes.windows(wide.len()).any(|part| part == wide);
        return if has_key || has_wide_key {
            Public::Nothing("it has a private key".to_owned())
        } else {
            Public::Whole
        };
    };
    let (mut public, mut has_key, mut is_masked, mut is_inside) =
        (String::with_capacity(text.len()), false, false, false);
    for line in text.split_inclusive('\n') {
        if line.contains("-----BEGIN ") && line.contains(KEY) {
            (is_inside, has_key) = (true, true);
        }
        if is_inside {
            is_inside = !line.contains("-----END ");
            continue;
        }
        let masked = mask(line);
        is_masked |= *masked != *line;
        public.push_str(&masked);
    }
    match (has_key, is_masked) {
        (false, false) => Public::Whole,
        (true, false) => Public::Part(public.into_bytes(), "without private keys"),
        (false, true) => Public::Part(public.into_bytes(), "with masked passwords"),
        (true, true) => Public::Part(public.into_bytes(), "without private keys, with masked passwords"),
    }
}

/// End of the label of a private key in PEM.
const KEY: &str = "PRIVATE KEY-----";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_cut_out_and_passwords_masked() {
        let whole = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        assert_eq!(of_text(whole), Public::Whole);
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY"] {
            let text = format!("a\n-----BEGIN {label}-----\nMIIE\n-----END {label}-----\nb\n");
            assert_eq!(
                of_text(text.as_bytes()),
                Public::Part(b"a\nb\n".to_vec(), "without private keys"),
                "{label}"
            );
            // a key that is cut off
            let text = format!("a\n-----BEGIN {label}-----\nMIIE\n");
            assert_eq!(
                of_text(text.as_bytes()),
                Public::Part(b"a\n".to_vec(), "without private keys"),
                "{label}"
            );
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).chain([0xff]).collect();
            assert!(matches!(of_text(&wide), Public::Nothing(_)), "{label}");
        }
        let Public::Part(text, how) = of_text(b"<add userName=\"x\" password=\"Secret.1\" />\n") else {
            panic!("whole")
        };
        assert_eq!(how, "with masked passwords");
        assert!(!String::from_utf8_lossy(&text).contains("Secret.1"));
    }
}
