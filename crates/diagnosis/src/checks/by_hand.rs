//! Checks that no log and no file of a collection can answer, so a person must look. They always end as *cannot tell*,
//! so that their silence is not taken for an answer.

use spoglight_model::CheckId;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput};

/// A check that always ends as *cannot tell*.
pub(super) struct ByHand {
    id: &'static str,
    number: &'static str,
    title: &'static str,
    why: &'static str,
    guide: CheckGuide,
}

/// Why such a check needs a person.
const NOTHING: &str = "nothing: it always asks a person, so that its silence is not taken for an answer";

/// Settings that the integration needs.
pub(super) const PREREQUISITES: ByHand = ByHand {
    id: "integration-prerequisites",
    number: "B23",
    title: "A prerequisite of the integration is missing",
    why: "it is in the configuration of PCCE and ECE",
    guide: CheckGuide {
        cause: "Routing of mail and chat needs objects on both sides: media routing domains on the application \
                instance of ECE, the AWDB, every agent PG, and agents that are enabled for it. The department Service \
                holds what is global in PCCE; its name is reserved and must not be given to another department.",
        looks_at: NOTHING,
        needs: "SPOG, Configuration Manager, and the ECE administration console",
        unclear: "check the media routing domains ECE_Email, ECE_Chat and ECE_Outbound on the right application instance, \
                  the AWDB details, every agent PG, Support Email & Chat and a screen name of the agent, Context Root Name \
                  system, and no alert on the Inventory page",
    },
};

impl Check for ByHand {
    fn id(&self) -> CheckId {
        CheckId(self.id)
    }

    fn number(&self) -> Option<&'static str> {
        Some(self.number)
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn guide(&self) -> CheckGuide {
        self.guide
    }

    fn run(&self, _: &CheckInput<'_>) -> CheckOutput {
        CheckOutput::blind(self.why, self.guide.unclear)
    }
}
