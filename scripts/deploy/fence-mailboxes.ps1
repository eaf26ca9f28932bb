<#
.SYNOPSIS
Lets Affix itself into the mailboxes of one group alone, with RBAC for Applications of Exchange Online.
.DESCRIPTION
Needs the module ExchangeOnlineManagement, and an Exchange administrator who signs in. Give the parts here and not to
register-app: what is granted in Entra reaches every mailbox, whatever is fenced here. A change takes up to two hours.
.PARAMETER Group
A mail-enabled security group. Its direct members count, those of groups within it do not.
.PARAMETER Part
new-mail, mailbox-kinds, accounts-by-consent: those whose permissions are the application's own, see permissions.csv.
.PARAMETER Mailbox
One to try it with.
.EXAMPLE
./fence-mailboxes.ps1 -ClientId ... -ObjectId ... -Group affix@example.com -Part new-mail -Mailbox support@example.com
#>
param(
    [Parameter(Mandatory)][guid]$ClientId,
    [Parameter(Mandatory)][guid]$ObjectId,
    [Parameter(Mandatory)][string]$Group,
    [Parameter(Mandatory)][string[]]$Part,
    [string]$Mailbox
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$scope = 'Mailboxes of Affix'

$own = Import-Csv (Join-Path $PSScriptRoot 'permissions.csv') | Where-Object { $_.kind -eq 'application' }
$wanted = @($own | Where-Object { $_.part -in $Part })
foreach ($each in $Part) {
    if ($each -notin $own.part) { throw "The part $each asks for nothing that can be fenced." }
}

Connect-ExchangeOnline -ShowBanner:$false
$name = (Get-Group -Identity $Group).DistinguishedName -replace "'", "''"
$filter = "MemberOfGroup -eq '$name'"
if (Get-ManagementScope | Where-Object { $_.Name -eq $scope }) {
    Set-ManagementScope -Identity $scope -RecipientRestrictionFilter $filter
} else {
    New-ManagementScope -Name $scope -RecipientRestrictionFilter $filter | Out-Null
}
if (-not (Get-ServicePrincipal | Where-Object { $_.AppId -eq "$ClientId" })) {
    New-ServicePrincipal -AppId "$ClientId" -ObjectId "$ObjectId" -DisplayName 'Affix' | Out-Null
}
foreach ($row in $wanted) {
    $assignment = "Affix $($row.permission)"
    if (-not (Get-ManagementRoleAssignment | Where-Object { $_.Name -eq $assignment })) {
        $granted = @{ Role = "Application $($row.permission)"; App = "$ObjectId"; CustomResourceScope = $scope }
        New-ManagementRoleAssignment -Name $assignment @granted | Out-Null
    }
}
if ($Mailbox) {
    Test-ServicePrincipalAuthorization -Identity "$ObjectId" -Resource $Mailbox |
        Format-Table -Property 'RoleName', 'AllowedResourceScope', 'InScope'
}
