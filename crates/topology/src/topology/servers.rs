//! Lookups of servers: their folders and roles.

use super::Topology;
use crate::data::{CollectedCommand, DriveVariable, Place, WindowsService};
use crate::log::LogKind;
use crate::names::{contains, file_name};
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

    /// Returns the files that a collection of a server takes.
    pub fn places(&self) -> &[Place] {
        &self.data.places
    }

    /// Returns the variables of the environment that name folders of a drive.
    pub fn variables(&self) -> &[DriveVariable] {
        &self.data.variables
    }

    /// Returns the commands whose outputs a collection of a server has.
    pub fn commands(&self) -> &[CollectedCommand] {
        &self.data.commands
    }

    /// Returns the services of Windows that must run on some servers.
    pub fn windows_services(&self) -> &[WindowsService] {
        &self.data.services
    }

    /// Returns whether a server needs a service of Windows, from the programs that wrote its logs; `None` if they do not
    /// show what the server does.
    pub fn needs_service(&self, service: &WindowsService, origins: &[&Origin]) -> Option<bool> {
        if service.on.iter().any(|duty| self.does(duty, origins)) {
            return Some(true);
        }
        let is_known = self.data.duties.iter().any(|duty| self.does(&duty.name, origins));
        is_known.then_some(false)
    }

    /// Returns whether a file was written by the web server's own programs.
    pub fn is_of_web_server(&self, source: &LogSource<'_>) -> bool {
        self.is_duty(&self.data.certificates.duty, source)
    }

    /// Returns how to collect the access logs of the web servers.
    pub fn web_server_advice(&self) -> &str {
        let mut logs = self.data.logs.iter().filter(|log| *log.name == *self.data.certificates.access_log);
        logs.find_map(|log| log.collect.as_deref()).unwrap_or_default()
    }

    /// Returns whether a file was written by the server program on which users log in to the product.
    pub fn is_of_application(&self, source: &LogSource<'_>) -> bool {
        self.is_duty(&self.data.certificates.application, source)
    }

    /// Returns whether a file was written by the program that calls the web server.
    pub fn is_of_caller(&self, source: &LogSource<'_>) -> bool {
        self.is_duty(&self.data.certificates.caller, source)
    }

    fn is_duty(&self, name: &str, source: &LogSource<'_>) -> bool {
        let duties = self.data.duties.iter().filter(|duty| duty.name == name);
        duties.flat_map(|duty| &duty.is).any(|condition| condition.fits(source, &self.data))
    }

    /// Returns whether a file with a certificate is that of the web server, by its name and folder: `false` if it is that of a
    /// directory server, `None` if neither shows it.
    pub fn is_web_certificate(&self, path: &str) -> Option<bool> {
        let places = &self.data.certificates;
        let name = file_name(path);
        let has = |words: &[String]| words.iter().any(|word| contains(name, word));
        let is_in = |folder: &String| path.split(['/', '!']).any(|part| part.eq_ignore_ascii_case(folder));
        if has(&places.directory) {
            return Some(false);
        }
        (has(&places.web_server) || places.folders.iter().any(is_in)).then_some(true)
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
