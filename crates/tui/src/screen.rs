//! The whole screen: where each pane is, the lines above and below, and what is over everything.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::App;
use crate::bars;
use crate::keys::PaneId;
use crate::pane::{Pane, Region};

/// Columns from which on a side pane is right of the main pane and not below it.
const WIDE: u16 = 170;

/// Columns and rows of the smallest screen on which more than one pane is drawn.
const SMALL: (u16, u16) = (40, 10);

/// Draws everything.
pub(crate) fn draw(app: &mut App<'_>, frame: &mut Frame<'_>) {
    let whole = frame.area();
    app.ui.areas.clear();
    if whole.width == 0 || whole.height == 0 {
        return;
    }
    app.ui.bindings = app.bindings(app.ui.active());
    let is_small = whole.width < SMALL.0 || whole.height < SMALL.1;
    let bar = u16::from(!is_small);
    let is_home = app.ui.screen == app.ui.home;
    let above = if is_small || !is_home { 0 } else { rows_above(app, whole.height) };
    let [title, above, filters, main, status, hints] = Layout::vertical([
        Constraint::Length(bar),
        Constraint::Length(above),
        Constraint::Length(u16::from(!app.model.filters.is_empty() && !is_small)),
        Constraint::Min(1),
        Constraint::Length(u16::from(whole.height > 1)),
        Constraint::Length(bar),
    ])
    .areas(whole);
    bars::draw_title(frame, title, &app.model, &app.ui);
    if is_home && !is_small {
        draw_beside(app, frame, main);
    } else {
        draw_pane(app, frame, main, app.ui.active());
    }
    // after the list, which decides what part of the time is on the screen
    if above.height > 0 {
        draw_region(app, frame, above, |region| matches!(region, Region::Above(_)));
    }
    bars::draw_filters(frame, filters, &app.model, &app.ui);
    draw_bottom(app, frame, status, hints);
    if let Some(modal) = app.modal().filter(|modal| region_of(app, *modal).is_none_or(is_overlay)) {
        draw_pane(app, frame, whole, modal);
    }
}

fn is_overlay(region: Region) -> bool {
    matches!(region, Region::Overlay)
}

fn region_of(app: &App<'_>, id: PaneId) -> Option<Region> {
    app.panes.iter().find(|pane| pane.id() == id).map(|pane| pane.region())
}

/// Rows of the panes above the main pane.
fn rows_above(app: &App<'_>, height: u16) -> u16 {
    let rows = app.panes.iter().map(|pane| match pane.region() {
        Region::Above(rows) => rows(height),
        _ => 0,
    });
    rows.sum()
}

/// Draws the main pane and those beside it.
fn draw_beside(app: &mut App<'_>, frame: &mut Frame<'_>, area: Rect) {
    let shown = |wanted: fn(Region) -> bool| {
        let mut panes = app.panes.iter().filter(|pane| wanted(pane.region()));
        panes.find(|pane| app.ui.open.contains(&pane.id())).map(|pane| pane.id())
    };
    let left = shown(|region| matches!(region, Region::Left));
    let side = shown(|region| matches!(region, Region::Side));
    let width = if left.is_some() { (area.width * 3 / 10).clamp(24, 64) } else { 0 };
    let [left_area, rest] = Layout::horizontal([Constraint::Length(width), Constraint::Min(1)]).areas(area);
    if let Some(left) = left {
        draw_pane(app, frame, left_area, left);
    }
    let Some(side) = side else { return draw_pane(app, frame, rest, app.ui.home) };
    let [main, side_area] = if rest.width >= WIDE {
        Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(rest)
    } else {
        // it gets more room while it has the focus
        let rows = if app.ui.focus == side { rest.height * 6 / 10 } else { rest.height * 4 / 10 };
        Layout::vertical([Constraint::Min(3), Constraint::Length(rows.max(3))]).areas(rest)
    };
    draw_pane(app, frame, main, app.ui.home);
    draw_pane(app, frame, side_area, side);
}

/// Draws the status line, or the input line instead, and the key hints.
fn draw_bottom(app: &mut App<'_>, frame: &mut Frame<'_>, status: Rect, hints: Rect) {
    let modal = app.modal();
    let line = modal.filter(|modal| matches!(region_of(app, *modal), Some(Region::StatusLine)));
    match line {
        Some(line) => draw_pane(app, frame, status, line),
        None => bars::draw_status(frame, status, &app.model, &app.ui),
    }
    let shown = match modal {
        Some(modal) => bars::hints(app.bindings(modal), &[], &app.ui),
        None => bars::hints(app.ui.bindings, &app.ui.everywhere, &app.ui),
    };
    bars::draw_hints(frame, hints, &shown, &app.ui);
}

/// Draws the panes of a region, one over the other.
fn draw_region(app: &mut App<'_>, frame: &mut Frame<'_>, area: Rect, wanted: fn(Region) -> bool) {
    let panes: Vec<PaneId> =
        app.panes.iter().filter(|pane| wanted(pane.region())).map(|pane| pane.id()).collect();
    for pane in panes {
        draw_pane(app, frame, area, pane);
    }
}

/// Draws a pane and notes where it is.
fn draw_pane(app: &mut App<'_>, frame: &mut Frame<'_>, area: Rect, id: PaneId) {
    let Some(pane) = app.panes.iter_mut().find(|pane| pane.id() == id) else { return };
    let pane: &mut dyn Pane = pane.as_mut();
    let inner = pane.draw(frame, area, &app.model, &mut app.ui);
    app.ui.areas.push((id, inner));
}
