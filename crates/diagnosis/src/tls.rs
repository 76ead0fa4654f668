//! TLS as artifacts show it: certificates and whose they are, truststores, and whether a store makes its program trust
//! a certificate. Checks judge the artifacts alone; joiners compare them with what the logs prove.

mod certificates;
mod listed;
mod lookup;
mod names;
mod role;
mod steps;
mod stores;

pub(crate) use certificates::{
    Held, address_of, called, chain, current, files, fits, held, hosts_of, is_for, is_for_its_host, is_fqdn,
    is_namesake, is_server, names_of,
};
pub(crate) use listed::{called_listed, expired_listed, is_listed_for, listed};
pub(crate) use lookup::{Trust, TrustReason, look_up};
pub(crate) use names::{NAME_SETTING, is_ldaps, of_web_server, set_names, shared_names};
pub(crate) use role::{CertificateRole, Roles, tls_bindings};
pub(crate) use steps::{StorePlace, add as import_steps};
pub(crate) use stores::{
    Store, ads_stores, ads_without_store, by_server, damaged, directory_stores, path_on_server, trusts,
};
