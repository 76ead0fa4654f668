//! [`Machine`]: what a collection asks the machine on which it runs.

use std::path::PathBuf;

/// The machine on which logs are looked for.
pub trait Machine {
    /// Its local drives, such as `C:\`; none on a system without drives.
    fn drives(&self) -> Vec<PathBuf>;

    /// A variable of the environment; `None` if it is not set.
    fn variable(&self, name: &str) -> Option<String>;

    /// Paths of the programs that run as services, as they are registered, with their arguments.
    fn service_programs(&self) -> Vec<String>;
}

/// The machine on which the program runs.
#[derive(Debug, Clone, Copy)]
pub struct ThisMachine;

impl ThisMachine {
    /// Its name, without its domain.
    pub fn name() -> String {
        let name = gethostname::gethostname().to_string_lossy().into_owned();
        name.split('.').next().unwrap_or_default().to_owned()
    }

    /// Its operating system and processor, such as `windows x86_64`.
    pub fn platform() -> String {
        format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)
    }
}

impl Machine for ThisMachine {
    fn drives(&self) -> Vec<PathBuf> {
        if !cfg!(windows) {
            return Vec::new();
        }
        // A and B are floppy disks, which would be waited for
        let all = ('C'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\")));
        all.filter(|drive| drive.is_dir()).collect()
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn service_programs(&self) -> Vec<String> {
        service_programs()
    }
}

#[cfg(windows)]
fn service_programs() -> Vec<String> {
    use windows_registry::LOCAL_MACHINE;
    let services = LOCAL_MACHINE.options().read().open(r"SYSTEM\CurrentControlSet\Services");
    let Ok(services) = services else { return Vec::new() };
    let Ok(names) = services.keys() else { return Vec::new() };
    let program = |name: String| services.options().read().open(name).ok()?.get_string("ImagePath").ok();
    names.filter_map(program).collect()
}

#[cfg(not(windows))]
fn service_programs() -> Vec<String> {
    Vec::new()
}
