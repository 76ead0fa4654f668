//! A file system in memory that does what disks do: numbers of deleted files are used again, open files outlive their
//! names, and between any two questions something may happen.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::super::ports::{FileFacts, FileId, FileKind, Files, Listed, OpenedFile};

/// A file, as long as it has a name or a handle.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) number: u64,
    pub(super) bytes: RefCell<Vec<u8>>,
    pub(super) written: Cell<u64>,
}

/// What happens between two questions: after so many of them, this.
pub(super) type Surprise = (usize, Box<dyn FnOnce(&World)>);

#[derive(Default)]
pub(super) struct Inner {
    pub(super) names: RefCell<BTreeMap<PathBuf, Rc<Node>>>,
    folders: RefCell<BTreeSet<PathBuf>>,
    /// What answers with an error: files and folders, and all below.
    pub(super) broken: RefCell<BTreeMap<PathBuf, io::ErrorKind>>,
    pub(super) surprises: RefCell<VecDeque<Surprise>>,
    pub(super) questions: Cell<u64>,
    pub(super) reads: Cell<u64>,
    held: RefCell<BTreeMap<u64, (Rc<Node>, usize)>>,
    pub(super) handles: Cell<usize>,
    pub(super) most_handles: Cell<usize>,
    tick: Cell<u64>,
}

/// See the module.
#[derive(Clone, Default)]
pub(super) struct World(pub(super) Rc<Inner>);

/// An open file.
pub(super) struct Handle(Rc<Node>, World);

impl World {
    /// Creates a file, with the smallest number that is free, as some disks do.
    pub(super) fn create(&self, path: &Path, bytes: &[u8]) -> Rc<Node> {
        let mut names = self.0.names.borrow_mut();
        names.remove(path);
        self.0.folders.borrow_mut().extend(path.ancestors().skip(1).map(Path::to_path_buf));
        let held = self.held();
        let used: Vec<u64> = names.values().chain(&held).map(|node| node.number).collect();
        let number = (1..=u64::MAX).find(|number| !used.contains(number)).expect("a number");
        let node =
            Rc::new(Node { number, bytes: RefCell::new(bytes.to_vec()), written: Cell::new(self.tick()) });
        names.insert(path.into(), Rc::clone(&node));
        node
    }

    pub(super) fn append(&self, path: &Path, bytes: &[u8]) {
        if let Some(node) = self.node(path) {
            node.bytes.borrow_mut().extend_from_slice(bytes);
            node.written.set(self.tick());
        }
    }

    pub(super) fn truncate(&self, path: &Path) {
        if let Some(node) = self.node(path) {
            node.bytes.borrow_mut().clear();
            node.written.set(self.tick());
        }
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) {
        let mut names = self.0.names.borrow_mut();
        let mut folders = self.0.folders.borrow_mut();
        let inside: Vec<PathBuf> = folders.iter().filter(|path| path.starts_with(from)).cloned().collect();
        for path in inside {
            folders.remove(&path);
        }
        drop(folders);
        let moved: Vec<PathBuf> = names.keys().filter(|path| path.starts_with(from)).cloned().collect();
        for path in moved {
            let node = names.remove(&path).expect("a file");
            let below = path.strip_prefix(from).expect("below");
            let to = if below.as_os_str().is_empty() { to.to_path_buf() } else { to.join(below) };
            self.0.folders.borrow_mut().extend(to.ancestors().skip(1).map(Path::to_path_buf));
            names.insert(to, node);
        }
    }

    pub(super) fn delete(&self, path: &Path) {
        self.0.names.borrow_mut().remove(path);
    }

    pub(super) fn node(&self, path: &Path) -> Option<Rc<Node>> {
        self.0.names.borrow().get(path).cloned()
    }

    fn tick(&self) -> u64 {
        self.0.tick.set(self.0.tick.get() + 1);
        self.0.tick.get()
    }

    /// Files that are open.
    pub(super) fn held(&self) -> Vec<Rc<Node>> {
        self.0.held.borrow().values().map(|(node, _)| Rc::clone(node)).collect()
    }

    fn ask(&self, path: &Path) -> io::Result<()> {
        self.0.questions.set(self.0.questions.get() + 1);
        let due = {
            let mut surprises = self.0.surprises.borrow_mut();
            match surprises.front_mut() {
                Some((0, _)) => surprises.pop_front(),
                Some((left, _)) => {
                    *left -= 1;
                    None
                }
                None => None,
            }
        };
        if let Some((_, surprise)) = due {
            surprise(self);
        }
        match self.0.broken.borrow().iter().find(|(broken, _)| path.starts_with(broken)) {
            Some((_, kind)) => Err((*kind).into()),
            None => Ok(()),
        }
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.0.folders.borrow().contains(path)
    }
}

impl Files for World {
    type File = Handle;

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        self.ask(folder)?;
        if !self.is_folder(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut found: BTreeMap<PathBuf, FileKind> = BTreeMap::new();
        for path in self.0.names.borrow().keys() {
            if let Ok(below) = path.strip_prefix(folder) {
                let mut parts = below.components();
                let Some(first) = parts.next() else { continue };
                let kind = if parts.next().is_some() { FileKind::Folder } else { FileKind::File };
                found.insert(folder.join(first), kind);
            }
        }
        Ok(found.into_iter().map(|(path, kind)| Listed { path, kind }).collect())
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        self.ask(path)?;
        match self.node(path) {
            Some(node) => Ok(facts(&node)),
            None if self.is_folder(path) => Ok(FileFacts {
                kind: FileKind::Folder,
                file: FileId { volume: 1, index: 0 },
                size: 0,
                written: 0,
            }),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Handle> {
        self.ask(path)?;
        let node = self.node(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Handle::new(node, self.clone()))
    }
}

fn facts(node: &Node) -> FileFacts {
    FileFacts {
        kind: FileKind::File,
        file: FileId { volume: 1, index: node.number },
        size: node.bytes.borrow().len() as u64,
        written: node.written.get(),
    }
}

impl Handle {
    fn new(node: Rc<Node>, world: World) -> Handle {
        let inner = &world.0;
        inner.handles.set(inner.handles.get() + 1);
        inner.most_handles.set(inner.most_handles.get().max(inner.handles.get()));
        inner.held.borrow_mut().entry(node.number).or_insert_with(|| (Rc::clone(&node), 0)).1 += 1;
        Handle(node, world)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let inner = &self.1.0;
        inner.handles.set(inner.handles.get() - 1);
        let mut held = inner.held.borrow_mut();
        if let Some((_, count)) = held.get_mut(&self.0.number) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.0.number);
            }
        }
    }
}

impl OpenedFile for Handle {
    fn facts(&self) -> io::Result<FileFacts> {
        self.1.ask(Path::new("."))?;
        Ok(facts(&self.0))
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.ask(Path::new("."))?;
        self.1.0.reads.set(self.1.0.reads.get() + 1);
        let bytes = self.0.bytes.borrow();
        let from = bytes.get(usize::try_from(at).expect("small")..).unwrap_or_default();
        let count = from.len().min(buffer.len());
        buffer[..count].copy_from_slice(&from[..count]);
        Ok(count)
    }
}
