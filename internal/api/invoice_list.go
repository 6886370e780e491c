package api

// invoiceOperations are about documents, and the money received for them.
var invoiceOperations = []described{
	ListInvoices, ShowInvoice, DownloadInvoice, CompareInvoice, CompareMonth,
	ApproveInvoices, IssueInvoices, PublishInvoices, UnpublishInvoices, MarkInvoicesSent,
	AcceptInvoice, VoidInvoice, WriteOffInvoice,
	DraftMonth, ShowNeeds, ExportMonth, DownloadExport,
	ListMonthSettings, ChangeMonthSettings, RevertMonthSettings,
	ListPayments, AddPayment, AllocatePayment, ReversePayment, ImportPayments,
	ListPrepaid, ListPrepaidBalances, PostPrepaid,
	ListReminders, RecordReminders, ListAgeing, ShowAccountStatement,
}
