//! The list of panes.

use crate::pane::Pane;

/// Declares the modules of the panes and the list of them.
macro_rules! panes {
    ($($module:ident::$pane:ident),+ $(,)?) => {
        $(pub(crate) mod $module;)+

        /// All panes. The order is that of their keys in help, of the focus, and of drawing.
        pub(crate) fn all() -> Vec<Box<dyn Pane>> {
            vec![$(Box::<$module::$pane>::default()),+]
        }
    };
}

// a new pane is one file here and one line in this list
panes! {
    timeline::Timeline,
    findings::Findings,
    groups::GroupList,
    bookmarks::Bookmarks,
    detail::Detail,
    tree::Tree,
    chart::Chart,
    prompt::PromptLine,
    menu::Menu,
    help::Help,
}
