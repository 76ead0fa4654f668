//! Lookups of servers: their folders and roles.

use super::Topology;
use crate::log::LogKind;
use crate::origin::{LogSource, Origin};

impl Topology {
    /// Returns whether a folder is one of a product, so that the folder before it may be named after the server.
    /// `next` is the folder or file in it.
    pub fn is_product_folder(&self, name: &str, next: Option<&str>) -> bool {
        self.data.folders.iter().any(|folder| {
            let holds = folder.holds.as_deref();
            name.eq_ignore_ascii_case(&folder.name)
                && holds.is_none_or(|held| next.is_some_and(|next| next.eq_ignore_ascii_case(held)))
        })
    }

    /// Returns what a server does, such as `ECE application`, from the programs that wrote its logs; `None` if that is
    /// not known.
    pub fn role(&self, origins: &[&Origin]) -> Option<&str> {
        let does = |name: &String| self.does(name, origins);
        self.data.roles.iter().find(|role| role.does.iter().all(does)).map(|role| role.name.as_str())
    }

    /// Returns whether a log may be of a server, from the programs that wrote the server's logs.
    pub fn is_of_server(&self, log: &LogKind, origins: &[&Origin]) -> bool {
        log.on.as_ref().is_none_or(|duty| self.does(duty, origins))
            && log.not_on.as_ref().is_none_or(|duty| !self.does(duty, origins))
    }

    /// Returns whether a server has a duty.
    fn does(&self, duty: &str, origins: &[&Origin]) -> bool {
        let duties = self.data.duties.iter().filter(|known| known.name == duty);
        let mut conditions = duties.flat_map(|duty| &duty.is);
        conditions.any(|condition| {
            origins.iter().any(|origin| {
                let source = LogSource { path: "", origin, format: None, components: &[] };
                condition.fits(&source, &self.data)
            })
        })
    }
}
