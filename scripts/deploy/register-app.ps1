<#
.SYNOPSIS
Registers Affix in Microsoft Entra, or brings its registration up to date, as register-app does with the Azure CLI.
.DESCRIPTION
Needs the module Microsoft.Graph.Authentication, and an application administrator who signs in. It grants nothing for
the organisation: an administrator does that at the address that is printed in the end.
.PARAMETER Part
What is used beside saving by hand: new-mail, mailbox-kinds, accounts, accounts-by-consent, hints. permissions.csv says
what each asks for. The parts of an earlier run have to be named again.
.PARAMETER Certificate
Public certificate (PEM or DER) that the service signs in with, added to those that are there.
.PARAMETER Administrator
Who gets the role Affix.Administrator; the sign-in name.
.EXAMPLE
./register-app.ps1 affix.example.com -Part new-mail, mailbox-kinds -Certificate client.crt
#>
param(
    [Parameter(Mandatory, Position = 0)][ValidatePattern('^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$')][string]$HostName,
    [string[]]$Part = @(),
    [string]$Certificate,
    [string]$Administrator,
    [ValidateSet('one', 'many')][string]$Tenants = 'one',
    [ValidatePattern('^[A-Za-z0-9 ._-]+$')][string]$Name = 'Affix'
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$graph = '00000003-0000-0000-c000-000000000000'
$office = 'ea5a67f6-b6f3-4338-b240-c655ddc3cc8e' # all clients of Office, so that nobody signs in a second time
$api = 'https://graph.microsoft.com/v1.0'

function Get-First([string]$Uri) {
    (Invoke-MgGraphRequest -Method GET -Uri $Uri).value | Select-Object -First 1
}

function Send-Body([string]$Method, [string]$Uri, [hashtable]$Body) {
    Invoke-MgGraphRequest -Method $Method -Uri $Uri -ContentType 'application/json' -Body ($Body | ConvertTo-Json -Depth 9)
}

function Get-Id($List, [string]$Value) {
    $List | Where-Object { $_.value -eq $Value } | ForEach-Object { $_.id } | Select-Object -First 1
}

$table = Import-Csv (Join-Path $PSScriptRoot 'permissions.csv')
foreach ($each in $Part) {
    if ($each -notin $table.part) { throw "There is no part $each." }
}

$scopes = 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.ReadBasic.All'
Connect-MgGraph -Scopes $scopes -NoWelcome
$tenant = (Get-MgContext).TenantId

$audience = if ($Tenants -eq 'many') { 'AzureADMultipleOrgs' } else { 'AzureADMyOrg' }
$app = Get-First "$api/applications?`$filter=displayName eq '$Name'"
if (-not $app) { $app = Send-Body POST "$api/applications" @{ displayName = $Name; signInAudience = $audience } }
$service = Get-First "$api/servicePrincipals?`$filter=appId eq '$($app.appId)'"
if (-not $service) { $service = Send-Body POST "$api/servicePrincipals" @{ appId = $app.appId } }

# What an earlier run made keeps its id: people have consented to it, and roles are given by it.
$scope = Get-Id $app.api.oauth2PermissionScopes 'access_as_user'
$role = Get-Id $app.appRoles 'Affix.Administrator'
if (-not $scope) { $scope = [guid]::NewGuid().ToString() }
if (-not $role) { $role = [guid]::NewGuid().ToString() }

$known = Get-First "$api/servicePrincipals?`$filter=appId eq '$graph'&`$select=oauth2PermissionScopes,appRoles"
$asked = @(
    foreach ($row in $table | Where-Object { $_.part -eq 'always' -or $_.part -in $Part }) {
        $isDelegated = $row.kind -eq 'delegated'
        $list = if ($isDelegated) { $known.oauth2PermissionScopes } else { $known.appRoles }
        $id = Get-Id $list $row.permission
        if (-not $id) { throw "Microsoft Graph knows no permission $($row.permission) ($($row.kind))." }
        @{ id = $id; type = if ($isDelegated) { 'Scope' } else { 'Role' } }
    }
)
$web = @(if ('accounts' -in $Part) { "https://$HostName/oauth/callback" })

Send-Body PATCH "$api/applications/$($app.id)" @{
    signInAudience         = $audience
    identifierUris         = @("api://$HostName/$($app.appId)")
    api                    = @{
        requestedAccessTokenVersion = 2
        oauth2PermissionScopes      = @(
            @{
                id                      = $scope
                value                   = 'access_as_user'
                type                    = 'User'
                isEnabled               = $true
                adminConsentDisplayName = 'Use Affix as the signed-in person'
                adminConsentDescription = 'Lets Outlook call Affix as the person who is signed in.'
                userConsentDisplayName  = 'Use Affix as you'
                userConsentDescription  = 'Lets Outlook call Affix as you.'
            }
        )
    }
    spa                    = @{ redirectUris = @("brk-multihub://$HostName", "https://$HostName/addin/admin.html") }
    web                    = @{ redirectUris = $web }
    appRoles               = @(
        @{
            id                 = $role
            value              = 'Affix.Administrator'
            allowedMemberTypes = @('User')
            isEnabled          = $true
            displayName        = 'Administrator of Affix'
            description        = 'Sees all rules and licences of the organisation, and its destinations.'
        }
    )
    requiredResourceAccess = @(@{ resourceAppId = $graph; resourceAccess = $asked })
} | Out-Null
# By itself, since Entra wants to know the scope before.
Send-Body PATCH "$api/applications/$($app.id)" @{
    api = @{ preAuthorizedApplications = @(@{ appId = $office; delegatedPermissionIds = @($scope) }) }
} | Out-Null

if ($Certificate) {
    $path = (Resolve-Path $Certificate).Path
    $read = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($path)
    $key = @{ type = 'AsymmetricX509Cert'; usage = 'Verify'; key = [Convert]::ToBase64String($read.RawData) }
    Send-Body PATCH "$api/applications/$($app.id)" @{ keyCredentials = @($app.keyCredentials) + $key } | Out-Null
}
if ($Administrator) {
    $person = Invoke-MgGraphRequest -Method GET -Uri "$api/users/$([uri]::EscapeDataString($Administrator))?`$select=id"
    $assigned = "$api/servicePrincipals/$($service.id)/appRoleAssignedTo"
    $has = (Invoke-MgGraphRequest -Method GET -Uri $assigned).value | Where-Object { $_.principalId -eq $person.id }
    if (-not $has) {
        Send-Body POST $assigned @{ principalId = $person.id; resourceId = $service.id; appRoleId = $role } | Out-Null
    }
}

@"
AFFIX_BASE_URL=https://$HostName
AFFIX_CLIENT_ID=$($app.appId)
AFFIX_TENANTS=$tenant
# Consent for the organisation: https://login.microsoftonline.com/$tenant/adminconsent?client_id=$($app.appId)
# For fence-mailboxes.ps1: -ClientId $($app.appId) -ObjectId $($service.id)
"@
