package api

// monthOperations are those of months, the configuration, prices, items and rates.
var monthOperations = []described{
	IngestMonth, IngestFiles, uploading{}, ListUploads, RemoveUpload,
	ShowCertificate, ShowReadiness, ListCalendar, ReopenMonth, ReconcileMonth, DryRunMonth, ShowDrift,
	ListFindings, WaiveFinding, ListSchedules, RunSchedules,
	ShowConfig, DownloadConfig, DownloadConfigSchema, PlanConfig, ApplyConfig,
	ListResources, ShowResource, ListResourceVersions, PutResource, RemoveResource,
	ListPayers, ListAccounts, ListCustomers, ListPools,
	ListBooks, TestBooks, LintBooks, ConvertBook,
	ListRates, ImportRates, TakeNamedRates,
	ListItems, DownloadItems, AddItem, RemoveItem, ImportItems,
}
