//! Lookups of the program that wrote a log.

use std::sync::Arc;

use super::Topology;
use crate::names::file_name;
use crate::origin::Origin;

impl Topology {
    /// Returns the program that wrote the file at `path` (with `/`, and `!` after an archive), which is in the format
    /// of that name.
    pub fn origin(&self, path: &str, format: Option<&str>) -> Origin {
        let file = file_name(path);
        let named = self.schemes.iter().find_map(|scheme| Some((scheme, scheme.parts(file)?)));
        if let Some((scheme, parts)) = named {
            let process = parts.process.map(ToOwned::to_owned);
            return Origin { product: Some(Arc::clone(scheme.product())), process };
        }
        let Some(rule) = self.data.origins.iter().find(|rule| rule.fits(path, file, format)) else {
            return Origin::default();
        };
        let process = if rule.process_in_name {
            let end = file.find(['_', '.']).unwrap_or(file.len());
            Some(file.get(..end).unwrap_or(file).to_owned())
        } else {
            rule.process.clone()
        };
        Origin { product: rule.product.clone(), process }
    }
}
