//! Lookups of the program that wrote a log.

use std::sync::Arc;

use super::Topology;
use crate::data::OriginRule;
use crate::names::file_name;
use crate::origin::Origin;

impl Topology {
    /// Returns the program that wrote the file at `path` (with `/`, and `!` after an archive), which is in the format
    /// of that name, as far as its name, its folders and its format show it.
    pub fn origin(&self, path: &str, format: Option<&str>) -> Origin {
        self.origin_of(path, format, &[])
    }

    /// Returns the program that wrote the file at `path`, of which the components are known that its lines name.
    pub fn origin_of(&self, path: &str, format: Option<&str>, components: &[(Arc<str>, u64)]) -> Origin {
        let file = file_name(path);
        self.named_origin(path).unwrap_or_else(|| {
            let rule = self.data.origins.iter().find(|rule| rule.fits(path, file, format, components));
            rule.map(|rule| origin_by(rule, file, components)).unwrap_or_default()
        })
    }

    /// Returns the programs that may have written the file at `path`, whose content could not be read.
    pub(crate) fn origins_of_unread(&self, path: &str) -> Vec<Origin> {
        let file = file_name(path);
        if let Some(origin) = self.named_origin(path) {
            return vec![origin];
        }
        let rules = self.data.origins.iter().filter(|rule| rule.may_fit(path, file));
        rules.map(|rule| origin_by(rule, file, &[])).collect()
    }

    /// The program by the form of the file's name.
    fn named_origin(&self, path: &str) -> Option<Origin> {
        let file = file_name(path);
        let (scheme, parts) = self.schemes.iter().find_map(|scheme| Some((scheme, scheme.parts(file)?)))?;
        let process = parts.process.map(Arc::from);
        Some(Origin { product: Some(Arc::clone(scheme.product())), process })
    }
}

fn origin_by(rule: &OriginRule, file: &str, components: &[(Arc<str>, u64)]) -> Origin {
    let process = match components {
        _ if !rule.process_in_name => rule.process.as_deref().map(Arc::from),
        // the lines know better than the name of the file, which a user may have chosen
        [(only, _)] => Some(Arc::clone(only)),
        [] => {
            let end = file.find(['_', '.']).unwrap_or(file.len());
            Some(file.get(..end).unwrap_or(file).into())
        }
        [_, _, ..] => None,
    };
    Origin { product: rule.product.clone(), process }
}
