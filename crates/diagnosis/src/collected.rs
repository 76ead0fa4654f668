//! The manifests of collections as facts of a result.

use spoglight_artifacts::Artifact;
use spoglight_model::CollectedServer;
use spoglight_model::analysis::SourceFacts;
use spoglight_text::secrets::mask;

/// The collections whose manifests are among the artifacts, without second copies.
pub(crate) fn collections(artifacts: &[(&SourceFacts, &Artifact)]) -> Vec<CollectedServer> {
    let own = artifacts.iter().filter(|(source, _)| !source.is_second());
    let manifests = own.filter_map(|(source, artifact)| match artifact {
        Artifact::Collection(manifest) => Some((source, manifest)),
        _ => None,
    });
    let text = |text: &str| mask(text).into_owned();
    manifests
        .map(|(source, manifest)| CollectedServer {
            host: text(&manifest.host),
            manifest: source.path.to_string(),
            program: text(&manifest.program),
            role: manifest.role.as_deref().map(text),
            zone: manifest.system.zone.as_deref().map(text),
            collected: text(&manifest.system.utc),
            from: manifest.window.from.as_deref().map(text),
            files: manifest.files.len() as u64,
            left_out: manifest.left_out_count,
            outside: manifest
                .left_out
                .iter()
                .filter(|file| file.is_outside)
                .map(|file| file.path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned())
                .collect(),
        })
        .collect()
}
