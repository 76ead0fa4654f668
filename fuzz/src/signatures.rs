//! Files of signatures and rules, as a user may write them: each is read or refused with a reason, and a signature is used
//! on lines.

use spoglight_signatures::{Library, PackManifest, Rule, Signature, editorial, partial_match, verify};

/// Longest definition, in bytes: a pattern costs as much as it is long.
const LONGEST: usize = 4 << 10;

/// Checks a definition, and after a NUL the message that it is used on.
pub fn check(data: &[u8]) {
    let (text, message) = super::halves(data);
    if text.len() > LONGEST || message.len() > LONGEST {
        return;
    }
    if let Err(error) = Rule::read("x.toml", text) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(what) = PackManifest::read(text) {
        assert!(!what.is_empty());
    }
    let _ = partial_match::longest_match(text, message);
    let signature = match Signature::read("x.toml", text) {
        Ok(signature) => signature,
        Err(error) => return assert!(error.to_string().contains("x.toml"), "{error}"),
    };
    for defect in verify::verify(&signature) {
        assert!(!defect.what.is_empty());
    }
    assert!(editorial::check_signature(&signature).iter().all(|what| !what.is_empty()));
    let _ = (signature.confirm_steps(), signature.fix_steps());
    if let Ok(library) = Library::new(vec![signature]) {
        let hits = library.hits(message);
        assert!(hits.len() <= 1);
        let _ = library.second_look(message);
    }
}
