//! Steps that make a Java trust a certificate, with the names and paths of the collection.

use spoglight_model::analysis::SourceFacts;
use spoglight_text::source_path::file_name;

use super::certificates::{address_of, called, is_namesake};
use super::lookup::{Trust, TrustReason};
use super::stores::{Store, path_on_server};

/// The password that Java gives its stores.
const USUAL: &str = "changeit";

/// Where a store is on its server, and the keytool that belongs to it.
pub(crate) struct StorePlace {
    pub(crate) keytool: &'static str,
    pub(crate) path: String,
    pub(crate) password: &'static str,
    /// Whether the certificate of the server itself is imported, even if an authority signed it.
    imports_own: bool,
}

impl StorePlace {
    /// The place of a store of an ADS, by its folders: the collected path may be another one than that on the server.
    pub(crate) fn of(store: &Store<'_>) -> StorePlace {
        let path = store.source.path.to_lowercase();
        if path.contains("/ssl/") {
            return StorePlace {
                keytool: r"%CCE_JAVA_HOME%\bin\keytool",
                path: r"<ICM install folder>\ssl\cacerts".to_owned(),
                password: USUAL,
                imports_own: false,
            };
        }
        if path.contains("/lib/security/") {
            return StorePlace {
                keytool: r"%JAVA_HOME%\bin\keytool",
                path: r"%JAVA_HOME%\lib\security\cacerts".to_owned(),
                password: USUAL,
                imports_own: false,
            };
        }
        StorePlace {
            keytool: "keytool",
            path: path_on_server(store.source),
            password: USUAL,
            imports_own: false,
        }
    }

    /// The place of a keystore of ECE for the directory, which has a password of its own.
    pub(crate) fn of_keystore(store: &Store<'_>) -> StorePlace {
        StorePlace {
            keytool: "keytool",
            path: path_on_server(store.source),
            password: "<password>",
            imports_own: true,
        }
    }
}

/// The steps that add what a store lacks, from the copy of the store to the import. Empty if nothing is to be added.
/// `file` is the collected certificate.
pub(crate) fn add(trust: &Trust<'_>, place: &StorePlace, file: &SourceFacts) -> Vec<String> {
    let StorePlace { keytool, path, password, imports_own } = place;
    let port = if *imports_own { 3269 } else { 443 };
    let on = trust.store.source.host.as_deref().map(|host| format!("On {host}: ")).unwrap_or_default();
    let file = file_name(&file.path);
    let host = address_of(trust.certificate);
    let import = |options: &str, alias: &str, file: &str| {
        format!(
            "`{keytool} -keystore {path} -storepass {password} -import{options} -alias {alias} -file {file}`"
        )
    };
    let delete =
        |alias: &str| format!("`{keytool} -keystore {path} -storepass {password} -delete -alias {alias}`");
    let own = || format!("Import the certificate: {}.", import("", host, file));
    let authorities = || {
        let names: Vec<String> = trust.above.iter().rev().map(|above| called(above)).collect();
        let names = if names.is_empty() { trust.authorities() } else { names.join(", then ") };
        format!(
            "Import the CA certificates, the root first ({names}), each with {}. The certificate of the server itself is \
             not imported.",
            import(" -trustcacerts", "<name>", "<CA certificate>")
        )
    };
    let needed = || if trust.certificate.self_signed || *imports_own { own() } else { authorities() };
    let copy = if on.is_empty() { "Copy" } else { "copy" };
    let hint = match *password {
        USUAL => format!(" If its password was changed, type that one in the place of {USUAL}."),
        _ => String::new(),
    };
    let mut steps = vec![format!("{on}{copy} {path} to a safe place.{hint}")];
    match trust.reason {
        TrustReason::Trusted(_) | TrustReason::Locked | TrustReason::FingerprintsOnly => return Vec::new(),
        TrustReason::Unmarked(entry) => {
            steps.push(format!(
                "Delete the entry that Java ignores: {}. Import it again with keytool, not with OpenSSL.",
                delete(&entry.alias)
            ));
            steps.push(needed());
        }
        TrustReason::Other(entry, other) if is_namesake(other, trust.certificate) => {
            steps.push(format!(
                "Make sure that the server uses the certificate of {file}: `keytool -printcert -sslserver {host}:{port}` shows serial \
                 number {}.",
                trust.certificate.serial
            ));
            steps.push(format!(
                "If no other server uses the certificate of entry \"{}\", delete it: {}.",
                entry.alias,
                delete(&entry.alias)
            ));
            steps.push(needed());
        }
        TrustReason::Other(..) | TrustReason::Elsewhere(..) | TrustReason::Missing => steps.push(needed()),
        TrustReason::IssuerMissing(may_be_sent) => {
            steps.push(needed());
            if may_be_sent && !imports_own {
                steps.push(
                    "If the root is in the store already: install the intermediate certificate on the called server \
                     (Intermediate Certification Authorities), so that it is sent."
                        .to_owned(),
                );
            }
        }
    }
    steps
}
