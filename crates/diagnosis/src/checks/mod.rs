//! Checks of the collection, one file each: faults of the collected logs and of the configuration, as far as files show
//! them, and questions that the input cannot answer.

use spoglight_model::FindingId;
use spoglight_model::analysis::{CheckResult, CoverageGap, Finding, InconclusiveReason, Outcome};
use std::borrow::Cow;

use crate::bounds;
use crate::check::{Check, CheckDescription, CheckInput};

/// Declares the modules of the checks and [`ALL`], the list of them.
macro_rules! checks {
    ($($module:ident: $($check:ident),+;)+) => {
        $(mod $module;)+

        /// All checks, in the order in which they report.
        const ALL: &[&dyn Check] = &[$($(&$module::$check),+),+];
    };
}

// A new check is one file and one line here.
checks! {
    wrong_folder: WrongFolder;
    standby: Standby;
    missing: Missing;
    side_b: SideB;
    incident_missed: IncidentMissed;
    late: Late;
    level_low: LevelLow;
    rotation: Rotation;
    torn: Torn;
    zone_unknown: ZoneUnknown;
    date_unknown: DateUnknown;
    duplicate: Duplicate;
    foreign_time: ForeignTime;
    document: Document;
    unread: Unread;
    clock_skew: ClockSkewCheck;
    process_restart: ProcessRestart;
    server_outage: ServerOutage;
    silent_end: SilentEnd;
    process_silent: ProcessSilent;
    query_timeout: QueryTimeout;
    level_high: LevelHigh;
    secret: Secret;
    gadget_settings: GadgetSettings;
    certificate: CertificateFiles;
    truststore: Truststores;
    keystores: Keystores;
    stores_missing: StoresMissing;
    iis_binding: IisBinding;
    web_without_tls: WebWithoutTls;
    patch_levels: PatchLevels;
    ldap_form: LdapForm;
    inventory_entries: InventoryEntries;
    application_instance: ApplicationInstance;
    services_started: ServicesStarted;
    load_balancer: LoadBalancer;
    appliance_state: ApplianceState;
    by_hand: PREREQUISITES;
}

/// Output of all checks.
#[derive(Debug, Default)]
pub struct Checked {
    /// Faults of the system.
    pub findings: Vec<Finding>,
    /// Questions that the collection cannot answer.
    pub gaps: Vec<CoverageGap>,
    /// Result of every check.
    pub results: Vec<CheckResult>,
}

/// Returns every check in the order in which they report, for lists and explain pages.
pub fn descriptions() -> impl Iterator<Item = CheckDescription> {
    ALL.iter().map(|check| CheckDescription {
        id: check.id(),
        number: check.number(),
        title: check.title(),
        guide: check.guide(),
    })
}

/// Runs the checks that are right while logs grow. Returns their findings.
pub(crate) fn run_live(collection: &CheckInput<'_>) -> Vec<Finding> {
    let live = ALL.iter().filter(|check| check.is_live());
    live.flat_map(|check| check.run(collection).findings).collect()
}

/// Runs all checks.
pub fn run(collection: &CheckInput<'_>) -> Checked {
    let mut checked = Checked::default();
    for check in ALL {
        let mut outcome = check.run(collection);
        bounds::gaps(&mut outcome.gaps);
        outcome.note.iter_mut().chain(&mut outcome.seen).for_each(bounds::sentence);
        let blind = outcome.blind.iter_mut().flat_map(|reason| [&mut reason.why, &mut reason.advice]);
        // a text of the program is short
        blind.filter(|text| matches!(text, Cow::Owned(_))).for_each(|text| bounds::sentence(text.to_mut()));
        let found = !outcome.findings.is_empty() || !outcome.gaps.is_empty() || outcome.note.is_some();
        let reasons: Vec<InconclusiveReason> = outcome.blind.into_iter().filter(|_| !found).collect();
        let ended = Outcome::of(found, &reasons);
        let (id, title) = (FindingId::Check(check.id()), check.title().to_owned());
        let number = check.number().map(str::to_owned);
        let note = outcome.note.or(outcome.seen);
        checked.results.push(CheckResult { id, number, title, outcome: ended, note, reasons });
        checked.findings.extend(outcome.findings);
        checked.gaps.extend(outcome.gaps);
    }
    checked
}
