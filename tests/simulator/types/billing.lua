-- Orders, quotes, billing items, invoices and cancellations.
local ITEM = {
  int = [[allowCancellationFlag id orderItemId packageId? parentId recurringMonths resourceTableId?
    serviceProviderId]],
  string = [[associatedBillingItemId? categoryCode currentHourlyCharge? description domainName? hostName?
    hourlyRecurringFee? hoursUsed? resourceName? laborFee laborFeeTaxRate notes? oneTimeFee oneTimeFeeTaxRate
    recurringFee
    recurringFeeTaxRate setupFee setupFeeTaxRate]],
  date = "cancellationDate createDate cycleStartDate lastBillDate modifyDate nextBillDate",
  relations = [[
    account:Account activeAssociatedChildren:*Billing_Item activeBundledItems:*Billing_Item
    activeCancellationItem:Billing_Item_Cancellation_Request_Item activeChildren:*Billing_Item
    activeFlag:boolean associatedBillingItem:Billing_Item associatedChildren:*Billing_Item
    associatedParent:*Billing_Item bandwidthAllocation:Network_Bandwidth_Version1_Allocation
    billableChildren:*Billing_Item bundledItems:*Billing_Item canceledChildren:*Billing_Item
    cancellationReason:Billing_Item_Cancellation_Reason
    cancellationRequests:*Billing_Item_Cancellation_Request category:Product_Item_Category children:*Billing_Item
    downgradeItems:*Product_Item filteredNextInvoiceChildren:*Billing_Item hourlyFlag:boolean
    invoiceItem:Billing_Invoice_Item invoiceItems:*Billing_Invoice_Item item:Product_Item location:Location
    nextInvoiceChildren:*Billing_Item nextInvoiceTotalOneTimeAmount:float
    nextInvoiceTotalOneTimeTaxAmount:float nextInvoiceTotalRecurringAmount:float
    nextInvoiceTotalRecurringTaxAmount:float nonZeroNextInvoiceChildren:*Billing_Item
    orderItem:Billing_Order_Item originalLocation:Location package:Product_Package parent:Billing_Item
    parentVirtualGuestBillingItem:Billing_Item_Virtual_Guest pendingCancellationFlag:boolean
    pendingOrderItem:Billing_Order_Item provisionTransaction:Provisioning_Version1_Transaction
    softwareDescription:Software_Description upgradeItem:Product_Item upgradeItems:*Product_Item]],
}

return {
  Billing_Item = ITEM,
  Billing_Item_Virtual_Guest = { extends = "Billing_Item", relations = "resource:Virtual_Guest" },
  Billing_Item_Virtual_Disk_Image = { extends = "Billing_Item", relations = "resource:Virtual_Disk_Image" },
  Billing_Item_Virtual_DedicatedHost = { extends = "Billing_Item", relations = "resource:Virtual_DedicatedHost" },
  Billing_Item_Hardware = {
    extends = "Billing_Item",
    relations = "billingCyclePublicBandwidthUsage:Network_Bandwidth_Usage resource:Hardware",
  },
  Billing_Item_Hardware_Server = { extends = "Billing_Item_Hardware" },
  Billing_Item_Network_Storage = { extends = "Billing_Item", relations = "resource:Network_Storage" },
  Billing_Item_Network_Vlan = { extends = "Billing_Item", relations = "resource:Network_Vlan" },
  Billing_Item_Network_Subnet = { extends = "Billing_Item", relations = "resource:Network_Subnet" },

  Billing_Item_Cancellation_Reason = {
    int = "billingCancelReasonCategoryId id",
    string = "keyName reason",
    relations = "billingItems:*Billing_Item translatedReason:string",
  },
  Billing_Item_Cancellation_Request = {
    int = "accountId id statusId ticketId",
    string = "notes?",
    date = "createDate modifyDate",
    relations = [[account:Account items:*Billing_Item_Cancellation_Request_Item
      status:Billing_Item_Cancellation_Request_Status ticket:Ticket user:User_Customer]],
  },
  Billing_Item_Cancellation_Request_Item = {
    int = "billingItemId id serviceReclaimStatusCode?",
    boolean = "immediateCancellationFlag",
    date = "scheduledCancellationDate",
    relations = [[billingItem:Billing_Item cancellationRequest:Billing_Item_Cancellation_Request]],
  },
  Billing_Item_Cancellation_Request_Status = { int = "id", string = "description keyName name" },

  Billing_Order = {
    int = [[accountId id impersonatingUserRecordId orderQuoteId orderTypeId presaleEventId? userRecordId]],
    string = "status",
    boolean = "privateCloudOrderFlag?",
    date = "createDate modifyDate",
    relations = [[
      account:Account cancellationReason:Billing_Item_Cancellation_Reason cartItems:*Billing_Order_Item
      coreRestrictedItems:*Billing_Order_Item exchangeRateCurrency:string initialInvoice:Billing_Invoice
      items:*Billing_Order_Item orderApprovalDate:date orderNonServerMonthlyAmount:float
      orderServerMonthlyAmount:float orderTopLevelItems:*Billing_Order_Item orderTotalAmount:float
      orderTotalOneTime:float orderTotalOneTimeAmount:float orderTotalOneTimeTaxAmount:float
      orderTotalRecurring:float orderTotalRecurringAmount:float orderTotalRecurringTaxAmount:float
      orderTotalSetupAmount:float orderType:Billing_Order_Type quote:Billing_Order_Quote
      referralPartner:Account upgradeRequestFlag:boolean userRecord:User_Customer]],
  },
  Billing_Order_Type = { int = "id", string = "description type" },
  Billing_Order_Item = {
    int = "id itemId parentId presetId? promoCodeId quantity? setupFeeDeferralMonths?",
    string = [[categoryCode description domainName? hostName? hourlyRecurringFee? itemPriceId laborFee
      laborFeeTaxRate? laborTaxAmount? laborAfterTaxAmount? oneTimeAfterTaxAmount? oneTimeFee oneTimeFeeTaxRate?
      oneTimeTaxAmount? recurringAfterTaxAmount? recurringFee recurringTaxAmount? setupAfterTaxAmount? setupFee
      setupFeeTaxRate? setupTaxAmount?]],
    relations = [[
      billingItem:Billing_Item bundledItems:*Billing_Order_Item category:Product_Item_Category
      children:*Billing_Order_Item globalIdentifier:string hardwareGenericComponent:Hardware_Component_Model_Generic
      item:Product_Item location:Location nextOrderChildren:*Billing_Order_Item
      oldBillingItem:Billing_Item order:Billing_Order orderApprovalDate:date package:Product_Package
      parent:Billing_Order_Item preset:Product_Package_Preset redundantPowerSupplyCount:int
      softwareDescription:Software_Description storageGroups:*Configuration_Storage_Group_Order
      totalRecurringAmount:float upgradeItem:Product_Item]],
  },
  Configuration_Storage_Group_Order = { int = "arrayNumber arraySize arrayTypeId billingOrderItemId" },
  Billing_Order_Quote = {
    int = "accountId id",
    string = "name quoteKey status",
    date = "createDate expirationDate? modifyDate",
    relations = "account:Account order:Billing_Order ordersFromQuote:*Billing_Order",
  },
  Billing_Invoice = {
    int = "accountId id taxStatusId? taxTypeId?",
    string = [[address1 address2? amount city companyName country email firstName lastName
      officePhone payment postalCode purchaseOrderNumber? state statusCode typeCode]],
    date = "closedDate createDate modifyDate",
    relations = [[
      account:Account documentsExist:boolean invoiceTopLevelItems:*Billing_Invoice_Item
      invoiceTotalAmount:float invoiceTotalOneTimeAmount:float invoiceTotalPreTaxAmount:float
      invoiceTotalRecurringAmount:float items:*Billing_Invoice_Item]],
  },
  Billing_Invoice_Item = {
    int = "associatedInvoiceItemId billingItemId id invoiceId parentId productItemId? resourceTableId?",
    string = [[categoryCode description domainName? hostName? hourlyRecurringFee? laborAfterTaxAmount laborFee
      oneTimeAfterTaxAmount oneTimeFee recurringAfterTaxAmount recurringFee setupAfterTaxAmount setupFee]],
    date = "createDate",
    relations = [[
      billingItem:Billing_Item category:Product_Item_Category children:*Billing_Invoice_Item invoice:Billing_Invoice
      location:Location parent:Billing_Invoice_Item product:Product_Item
      productGroup:string topLevelProductGroupName:string totalOneTimeAmount:float totalRecurringAmount:float]],
  },

  Container_Product_Order_Receipt = {
    int = "orderId",
    date = "orderDate",
    relations = [[+orderDetails:Container_Product_Order +placedOrder:Billing_Order +quote:Billing_Order_Quote
      externalPaymentCheckoutUrl:string externalPaymentToken:string]],
  },
}
