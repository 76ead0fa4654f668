//! Artifacts: files in a collection that are not logs and are still evidence, such as a certificate, a truststore, the
//! settings of a gadget, the bindings of a web site.
//!
//! A reader takes the bytes of one file and returns its content. It opens no file and judges nothing: whether a name
//! fits or a certificate has expired is decided by the checks, which know the rest of the collection.
//!
//! The bytes come from strangers. A file that is something else, or is damaged, is an error with a sentence.

mod asn1;
mod bytes;
mod jks;
mod kinds;
mod names;
mod pem;
mod pkcs12;
mod rounds;
#[cfg(test)]
mod tests;
mod truststore;
mod x509;

pub use kinds::{
    Appliance, ApplianceService, Artifact, BalancedService, BalancerSettings, Binding, COLLECTED,
    COLLECTED_FOR, CertificateList, Certificates, ClockDifference, ClockReading, CollectedFile,
    CollectedSystem, CollectionManifest, CollectionWindow, CommandContent, CommandOutput, CommandOutputs,
    ConfigLine, ConnectionTest, CoreFile, DirectoryForm, FormEntry, FormField, GadgetConfig, InstalledUpdate,
    Inventory, InventoryRow, LeftOut, ListedCertificate, ListedKey, ListedProcess, ListedService,
    ListeningPort, MANIFEST_NAME, MANIFEST_SCHEMA, NameLookup, Persistence, PortList, PrintedDate,
    ProcessList, Reader, RunCommand, SearchedPlace, ServiceList, ServiceState, Setting, StartMode,
    SystemInfo, TlsBinding, reader_of, readers,
};
/// Returns a Java keystore (JKS, JCEKS) with the same certificates and without its private keys: the key of each entry is
/// empty. `None` if the bytes are none, are damaged, or hold a secret key.
pub fn without_private_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    jks::without_private_keys(bytes)
}

pub use rounds::{Rounds, RoundsLimit};
pub use truststore::{CertificateFingerprint, TrustEntry, Truststore};
pub use x509::{Certificate, CertificateRequest};
