package api

// entryOperations are about adjusting entries, what months earn, why prices are what
// they are, and commitments.
var entryOperations = []described{
	ListEntries, ShowEntry, AddEntry, ApplyEntries, RestoreEntries, KeepEntries, SplitEntry, AllocateEntry, UndoEntry, PreviewEntryRules, FollowEntryRules,
	ShowMargin, ShowResaleMargin, ShowProfit, ShowOriginalCost, DownloadOriginalCost,
	ExplainPrice, ExplainPriceAs,
	ShowCommitments, ShowCommitment, ListCommitmentCoverage, ListCommitmentCrossings, FindCommitment, PreviewDecision,
}
