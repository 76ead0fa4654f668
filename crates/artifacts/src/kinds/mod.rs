//! The kinds of artifact, one file each, and the choice among them.

use serde::Serialize;

use crate::rounds::Rounds;
use crate::truststore::Truststore;
pub use balancer::{BalancedService, BalancerSettings, Persistence};
pub use certificate::Certificates;
pub use collection::{
    COLLECTED, COLLECTED_FOR, ClockDifference, CollectedFile, CollectedSystem, CollectionManifest,
    CollectionWindow, LeftOut, MANIFEST_NAME, MANIFEST_SCHEMA, RunCommand, SearchedPlace,
};
pub use commands::{
    Appliance, ApplianceService, CertificateList, ClockReading, CommandContent, CommandOutput,
    CommandOutputs, ConnectionTest, CoreFile, InstalledUpdate, ListedCertificate, ListedKey, ListedProcess,
    ListedService, ListeningPort, NameLookup, PortList, PrintedDate, ProcessList, ServiceList, ServiceState,
    StartMode, SystemInfo, TlsBinding,
};
pub use gadget::{ConfigLine, GadgetConfig, Setting};
pub use iis::Binding;
pub use inventory::{Inventory, InventoryRow};
pub use ldap_form::{DirectoryForm, FormEntry, FormField};

mod csv;

/// Declares the modules of the kinds, [`Artifact`], its names, and the list of readers.
macro_rules! artifacts {
    ($($(#[$doc:meta])* $module:ident: $kind:ident($content:ty) = $name:literal, $($reader:expr),+;)+) => {
        $(mod $module;)+

        /// The content of one file.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Artifact {
            $($(#[$doc])* #[doc = concat!("\n\nFormat of the source: `", $name, "`.")] $kind($content),)+
        }

        impl Artifact {
            /// Name of the kind, as the format of a source.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Artifact::$kind(_) => $name,)+
                }
            }
        }

        /// The readers of all kinds; the first that recognises a file reads it.
        pub(crate) const READERS: &[&dyn Reader] = &[$($(&$reader),+),+];
    };
}

// A new kind of artifact is one file and one entry here.
artifacts! {
    /// A keystore of Java.
    truststore: Truststore(Truststore) = "truststore", truststore::Truststores;
    /// Certificates, requests for them, and keys, in a file for exchange.
    certificate: Certificates(Certificates) = "certificate", certificate::CertificateFiles;
    /// The settings of a gadget.
    gadget: Gadget(GadgetConfig) = "gadget-settings", gadget::Gadgets("spog_config.js"), gadget::Gadgets("ece_config.js");
    /// The bindings of the web sites of IIS.
    iis: Bindings(Vec<Binding>) = "iis-settings", iis::ApplicationHost;
    /// An inventory of the contact center, as a table.
    inventory: Inventory(Inventory) = "inventory-table", inventory::InventoryTables;
    /// The form of the directory for administrators.
    ldap_form: DirectoryForm(DirectoryForm) = "ldap-form", ldap_form::Forms;
    /// The settings of a load balancer.
    balancer: Balancer(BalancerSettings) = "balancer-settings", balancer::Balancers;
    /// The manifest of a collection.
    collection: Collection(Box<CollectionManifest>) = "collection-manifest", collection::Manifests;
    /// Outputs of commands.
    commands: Commands(CommandOutputs) = "command-output", commands::CommandFiles;
}

impl Artifact {
    /// The server that the file itself names; `None` if it names none, or several.
    pub fn host(&self) -> Option<&str> {
        match self {
            Artifact::Commands(outputs) => outputs.host(),
            Artifact::Collection(manifest) => Some(&manifest.host),
            _ => None,
        }
    }

    /// The outputs of commands in the file, or what a manifest records in their place.
    pub fn outputs(&self) -> Option<&CommandOutputs> {
        match self {
            Artifact::Commands(outputs) => Some(outputs),
            Artifact::Collection(manifest) => manifest.outputs(),
            _ => None,
        }
    }

    /// The parts of the file that could not be read and that no check reports, a sentence each.
    pub fn unread(&self) -> &[String] {
        match self {
            Artifact::Commands(outputs) => &outputs.unread,
            _ => &[],
        }
    }
}

/// Reads one kind of artifact.
pub trait Reader: Sync {
    /// Returns whether a file of that name (a path with `/`, and `!` after an archive) that begins with these bytes
    /// is of this kind. The first 64 KiB are enough.
    fn recognises(&self, name: &str, head: &[u8]) -> bool;

    /// Returns whether a file that begins with these bytes, and that it recognises, is a store of certificates and keys.
    fn is_store(&self, _head: &[u8]) -> bool {
        false
    }

    /// Reads the whole file. Stores are tried with these passwords and the usual ones, as far as `rounds` allows. The
    /// error is a sentence for the user.
    fn read(&self, bytes: &[u8], passwords: &[String], rounds: &mut Rounds) -> Result<Artifact, String>;
}

/// The readers of all kinds, in the order in which they are asked.
pub fn readers() -> impl Iterator<Item = &'static dyn Reader> {
    READERS.iter().copied()
}

/// Returns the reader of a file, by its name and its first bytes; `None` if it is not an artifact.
pub fn reader_of(name: &str, head: &[u8]) -> Option<&'static dyn Reader> {
    readers().find(|reader| reader.recognises(name, head))
}
