//! The list of panes. A new pane is a file here and a line in [`all`].

pub(crate) mod bookmarks;
pub(crate) mod chart;
pub(crate) mod detail;
pub(crate) mod findings;
pub(crate) mod groups;
pub(crate) mod help;
pub(crate) mod menu;
pub(crate) mod prompt;
pub(crate) mod timeline;
pub(crate) mod tree;

use crate::pane::Pane;

/// All panes. The order is that of their keys in help, of the focus, and of drawing.
pub(crate) fn all() -> Vec<Box<dyn Pane>> {
    vec![
        Box::new(timeline::Timeline),
        Box::new(findings::Findings::default()),
        Box::new(groups::GroupList::default()),
        Box::new(bookmarks::Bookmarks::default()),
        Box::new(detail::Detail::default()),
        Box::new(tree::Tree::default()),
        Box::new(chart::Chart::default()),
        Box::new(prompt::PromptLine),
        Box::new(menu::Menu),
        Box::new(help::Help),
    ]
}
