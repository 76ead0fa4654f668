//! Exhibits: things in a collection that are no logs and still say something, such as a certificate, a truststore, the
//! settings of the gadget, the bindings of a web site.
//!
//! A reader takes the bytes of one file and says what stands in it. It opens no files and judges nothing: whether a
//! name fits or a certificate has run out is for the checks, which know the rest of the collection.
//!
//! The bytes come from strangers. A file that is no such thing, or is broken, is an error with a sentence.

mod asn1;
mod certificate;
mod gadget;
mod iis;
mod names;
mod pem;
mod pkcs12;
#[cfg(test)]
mod tests;
mod truststore;
mod x509;

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};
use serde::Serialize;

pub use certificate::Certificates;
pub use gadget::{ConfigLine, GadgetConfig, Setting};
pub use iis::Binding;
pub use truststore::{TrustEntry, Truststore};
pub use x509::Certificate;

/// What was read of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Artifact {
    /// Certificates, requests for them, and keys, in a file that is handed around.
    Certificates(Certificates),
    /// A store of Java.
    Truststore(Truststore),
    /// The settings of a gadget.
    Gadget(GadgetConfig),
    /// The bindings of the web sites of IIS.
    Bindings(Vec<Binding>),
}

impl Artifact {
    /// What it is, as the format of a source.
    pub fn name(&self) -> &'static str {
        match self {
            Artifact::Certificates(_) => "certificate",
            Artifact::Truststore(_) => "truststore",
            Artifact::Gadget(_) => "gadget-settings",
            Artifact::Bindings(_) => "iis-settings",
        }
    }
}

/// A kind of exhibit.
pub trait Reader: Sync {
    /// Whether a file of that name (a path with `/`, and `!` behind an archive) that begins with these bytes is one.
    /// Some 64 KiB of it are enough.
    fn recognises(&self, name: &str, head: &[u8]) -> bool;

    /// Whether a file that begins with these bytes, and that it recognises, is a store of certificates and keys.
    fn is_store(&self, _head: &[u8]) -> bool {
        false
    }

    /// What it says; the error is a sentence for people.
    fn read(&self, bytes: &[u8]) -> Result<Artifact, String>;
}

/// All kinds; the first that recognises a file reads it. A new kind is one file and one line here.
const READERS: &[&dyn Reader] = &[
    &truststore::Truststores,
    &certificate::CertificateFiles,
    &gadget::Gadgets("spog_config.js"),
    &gadget::Gadgets("ece_config.js"),
    &iis::ApplicationHost,
];

/// The reader of the file of that name that begins with these bytes; `None` if it is no exhibit.
pub fn reader_of(name: &str, head: &[u8]) -> Option<&'static dyn Reader> {
    READERS.iter().find(|reader| reader.recognises(name, head)).copied()
}

/// The file's own name: what stands behind the last `/` or `!`, in lower case.
fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\', '!']).next().unwrap_or(path).to_lowercase()
}

/// Bytes of a text file as text, and whether a byte order mark stands before it. What is not UTF-8 and has no mark is
/// taken for Windows' western code page: names that count here are ASCII, and the rest must only not be lost.
fn text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return (text, true);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, false),
    }
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
